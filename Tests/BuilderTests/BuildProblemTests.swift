import Domain
import Foundation
import Testing

@testable import Builder

/// What keeps an app from being built is named, and leaves what was built alone.
@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct BuildProblemTests {
    @Test func aFaultOfTheDiskLeavesTheOutputAlone() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a", ["dist/index.html": "old"])
            try Data("a file, where a folder is wanted".utf8).write(to: fixture.root.appending(path: "blocked"))
            try await fixture.builder(scratch: "blocked/scratch") { builder in
                let error = await #expect(throws: (any Error).self) {
                    try await builder.build(workspace: workspace, app: "a", summary: "")
                }
                #expect(!(error is CancellationError))
            }
            #expect(try String(contentsOf: workspace.appending(path: "dist/index.html"), encoding: .utf8) == "old")
        }
    }

    @Test func aBundleOverTheLimitIsRefusedByName() async throws {
        try await BuilderFixture.with { fixture in
            let half = String(repeating: "0123456789abcdef", count: 40_000)
            let workspace = try await fixture.workspace(
                "a",
                [
                    "src/one.ts": "export const one = \"1\(half)\";",
                    "src/two.ts": "export const two = \"2\(half)\";",
                    "src/App.tsx": "import { one } from \"./one\";\nimport { two } from \"./two\";\n"
                        + "export const App = () => <i>{one + two}</i>;",
                ]
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.problems.first?.message.hasPrefix("dist/assets/main-") == true, "\(outcome.toolText)")
                #expect(!FileManager.default.fileExists(atPath: workspace.path + "/dist"))
            }
        }
    }

    @Test func everyAreaTellsFileLineColumnAndSource() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace(
                "a",
                [
                    "src/types.ts": "export const size: number =\n  \"large\";\n",
                    "src/App.tsx": "import { thing } from \"./gone\";\nimport \"./types\";\n"
                        + "export function App() { return <p>{thing}</p>; }\n",
                    "src/index.css": "@import \"tailwindcss\";\n\n.card { @apply no-such-utility; }\n",
                ]
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                let problems = outcome.problems
                #expect(
                    problems.contains {
                        $0.area == .types && $0.file == "src/types.ts" && $0.line == 1 && $0.column == 14
                            && $0.sourceLine == "export const size: number ="
                    }
                )
                #expect(
                    problems.contains {
                        $0.area == .bundle && $0.file == "src/App.tsx" && $0.line == 1 && $0.column == 23
                            && $0.sourceLine == "import { thing } from \"./gone\";"
                    }
                )
                #expect(
                    problems.contains {
                        $0.area == .styles && $0.file == "src/index.css" && $0.line == 3
                            && $0.sourceLine == ".card { @apply no-such-utility; }"
                    }
                )
                #expect(outcome.toolText.contains("## Types") && outcome.toolText.contains("## Styles"))
                #expect(!outcome.toolText.contains(fixture.root.path))
                #expect(!FileManager.default.fileExists(atPath: workspace.path + "/dist"))
            }
        }
    }

    @Test func missingFilesAndUnknownPackagesAreNamed() async throws {
        try await BuilderFixture.with { fixture in
            try await fixture.builder { builder in
                let bare = try await fixture.workspace("bare", ["index.html": nil, "src/main.tsx": nil])
                let missing = try await builder.build(workspace: bare, app: "bare", summary: "")
                #expect(
                    missing.problems.map(\.message) == [
                        "The file index.html is missing or empty.", "The file src/main.tsx is missing or empty.",
                    ]
                )

                let manifest = #"{"dependencies":{"react":"18","zod":"3","@scope/x":"1"}}"#
                let wants = try await fixture.workspace("wants", ["package.json": manifest])
                let refused = try await builder.build(workspace: wants, app: "wants", summary: "")
                #expect(refused.toolText.contains("not available here: @scope/x, zod."))
            }
        }
    }

    @Test func aFileOneByteTooLargeFailsAndIsNamed() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            try Data(count: SnapshotRules.maximumFileBytes + 1).write(to: workspace.appending(path: "public/huge.bin"))
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.toolText.contains("public/huge.bin has 1048577 bytes"))
            }
        }
    }
}
