import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Builder

/// The processes of a build: none is left, and one that dies is started again or named.
@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct BuildProcessTests {
    @Test func cancellingLeavesNoProcessAndNoOutput() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            try await fixture.builder(
                wrap: { command in
                    var command = command
                    guard !command.executable.hasSuffix("/node") else { return command }
                    command.executable = "/bin/sh"
                    command.arguments = ["-c", "sleep 60 & sleep 60"]
                    return command
                }
            ) { builder in
                let task = Task { try await builder.build(workspace: workspace, app: "a", summary: "") }
                try await eventually { fixture.processes().count >= 4 }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                await builder.stop()
                try await eventually { fixture.processes().isEmpty }
                #expect(!FileManager.default.fileExists(atPath: workspace.path + "/dist"))
            }
        }
    }

    @Test func aTypeCheckerThatDiesIsStartedAgain() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            let starts = Atomic(0)
            try await fixture.builder(
                wrap: { command in
                    guard command.executable.hasSuffix("/node") else { return command }
                    var command = command
                    if starts.add(1, ordering: .relaxed).oldValue == 0 {
                        command.executable = "/bin/sh"
                        command.arguments = ["-c", "exit 1"]
                    }
                    return command
                }
            ) { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.isComplete, "\(outcome.toolText)")
                #expect(starts.load(ordering: .relaxed) == 2)
            }
        }
    }

    @Test func aTypeCheckerThatCannotRunIsSaidSo() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            try await fixture.builder(
                wrap: { command in
                    var command = command
                    if command.executable.hasSuffix("/node") { command.executable = "/nonexistent/node" }
                    return command
                }
            ) { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.problems.map(\.area) == [.types])
                #expect(outcome.toolText.contains("second doctor"))
            }
        }
    }
}
