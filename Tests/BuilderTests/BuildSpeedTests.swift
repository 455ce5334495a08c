import Domain
import Foundation
import Synchronization
import Testing

@testable import Builder

/// Measures `done_building`; runs where `SECOND_BENCH_OUTPUT` names a file for the figures, in milliseconds.
@Suite(.serialized, .enabled(if: BuildSpeed.output != nil && BuilderFixture.toolchain != nil, "a measurement"))
struct BuildSpeedTests {
    @Test func buildingTheTemplateIsQuick() async throws {
        var figures: [String: [Double]] = [:]
        for _ in 0..<7 {
            for (name, took) in try await self.round() { figures[name, default: []].append(took) }
        }
        let medians = figures.mapValues { $0.sorted()[$0.count / 2] }
        let lines = medians.sorted { $0.key < $1.key }.map {
            #"{"name":"done_building \#($0.key)","ms":\#(Int($0.value))}"#
        }
        try lines.joined(separator: "\n").appending("\n")
            .write(toFile: try #require(BuildSpeed.output), atomically: true, encoding: .utf8)
        #expect(try #require(medians["cold"]) < 900)
        #expect(try #require(medians["warm"]) < 300)
    }

    /// A new builder with nothing running; then the same sources again; then three changes, one after the other.
    private func round() async throws -> [(String, Double)] {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            return try await fixture.builder { builder in
                var figures = [
                    ("cold", try await self.measure(builder, workspace)),
                    ("warm", try await self.measure(builder, workspace)),
                ]
                // Longer than this takes a model to write a change; the type checker uses quiet moments.
                try await ContinuousClock().sleep(for: .seconds(5))
                for change in 0..<3 {
                    let page = workspace.appending(path: "src/App.tsx")
                    let text = try String(contentsOf: page, encoding: .utf8)
                    try fixture.edit(
                        workspace,
                        ["src/App.tsx": text + "\nexport const change\(change) = \"p-\(change + 5)\";\n"]
                    )
                    figures.append(("after a change", try await self.measure(builder, workspace)))
                }
                return figures
            }
        }
    }

    private func measure(_ builder: AppBuilder, _ workspace: URL) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
        #expect(outcome.isComplete)
        return (clock.now - start) / .milliseconds(1)
    }
}

enum BuildSpeed {
    static let output = ProcessInfo.processInfo.environment["SECOND_BENCH_OUTPUT"]
}
