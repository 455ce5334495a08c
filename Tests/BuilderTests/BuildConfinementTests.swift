import Domain
import Foundation
import Testing

@testable import Builder

/// The sources of an app neither run code of their own nor lead out of its folder.
@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct BuildConfinementTests {
    @Test(arguments: ["@plugin \"./p.js\";", "@config \"./c.js\";"])
    func stylesCannotRunCodeOfTheApp(_ rule: String) async throws {
        try await BuilderFixture.with { fixture in
            let marker = fixture.root.appending(path: "ran")
            let script = "require('fs').writeFileSync(\(marker.path.jsonLiteral), 'x'); module.exports = () => {};"
            let workspace = try await fixture.workspace(
                "a",
                ["src/index.css": "@import \"tailwindcss\";\n\(rule)\n", "src/p.js": script, "src/c.js": script]
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.problems.contains { $0.area == .styles && $0.file == "src/index.css" && $0.line == 2 })
                #expect(!FileManager.default.fileExists(atPath: marker.path))
            }
        }
    }

    @Test func importsDoNotLeadOutOfTheApp() async throws {
        try await BuilderFixture.with { fixture in
            let secret = fixture.root.appending(path: "secret.json")
            try Data(#"{"secret":"tell-nobody"}"#.utf8).write(to: secret)
            let workspace = try await fixture.workspace(
                "a",
                [
                    "src/App.tsx": "import s from \(secret.path.jsonLiteral);\nimport t from \"./link.json\";\n"
                        + "export function App() { return <p>{String(s) + String(t)}</p>; }\n"
                ]
            )
            try FileManager.default.createSymbolicLink(
                atPath: workspace.path + "/src/link.json",
                withDestinationPath: secret.path
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(!outcome.isComplete)
                #expect(!outcome.toolText.contains("tell-nobody"))

                try fixture.edit(
                    workspace,
                    [
                        "src/App.tsx":
                            "// @ts-nocheck\nimport s from \(secret.path.jsonLiteral);\nexport function App() { return <p>{String(s)}</p>; }\n"
                    ]
                )
                let second = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(second.problems.contains { $0.area == .bundle && $0.message.contains("leads out of the app") })
            }
        }
    }

    @Test func aLinkInTheOutputsPlaceIsReplacedAndNotFollowed() async throws {
        try await BuilderFixture.with { fixture in
            let outside = fixture.root.appending(path: "outside")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: outside.appending(path: "index.html"))
            let workspace = try await fixture.workspace("a")
            try FileManager.default.createSymbolicLink(
                atPath: workspace.path + "/dist",
                withDestinationPath: outside.path
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "../../a", summary: "")
                #expect(outcome.isComplete, "\(outcome.toolText)")
            }
            #expect(try String(contentsOf: outside.appending(path: "index.html"), encoding: .utf8) == "mine")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == ["index.html"])
            #expect(try await SnapshotCollector().collect(workspace).file(at: "dist/index.html") != nil)
        }
    }
}
