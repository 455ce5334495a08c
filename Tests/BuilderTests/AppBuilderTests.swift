import Domain
import Foundation
import Synchronization
import Testing

@testable import Builder

@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct AppBuilderTests {
    @Test func theTemplateBuildsIntoAPageWithHashedFiles() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            let steps = Mutex<[BuildProgress]>([])
            let outcome = try await fixture.builder { builder in
                try await builder.build(workspace: workspace, app: "a", summary: "Ready") { step in
                    steps.withLock { $0.append(step) }
                }
            }
            let build = try #require(outcome.completed, "\(outcome.toolText)")
            let dist = build.snapshot.files.map(\.path.rawValue).filter { $0.hasPrefix("dist/") }
            #expect(dist.count == 4)
            #expect(dist.contains("dist/index.html") && dist.contains("dist/icon.svg"))
            #expect(dist.contains { $0.wholeMatch(of: #/dist/assets/main-[0-9a-f]{10}\.js/#) != nil })
            #expect(dist.contains { $0.wholeMatch(of: #/dist/assets/main-[0-9a-f]{10}\.css/#) != nil })
            let page = String(decoding: try #require(build.snapshot.file(at: "dist/index.html")).bytes, as: UTF8.self)
            #expect(page.contains(#"src="./assets/main-"#) && page.contains(#"href="./icon.svg""#))
            // What was built is what lies in the workspace.
            #expect(try await SnapshotCollector().collect(workspace) == build.snapshot)
            #expect(outcome.toolText.hasPrefix(#"{"status":"complete","summary":"Ready","fileCount":"#))
            #expect(!FileManager.default.fileExists(atPath: workspace.path + "/.dist"))
            let seen = steps.withLock { $0 }
            #expect(seen.first == BuildProgress(step: .check, state: .started))
            #expect(seen.last == BuildProgress(step: .save, state: .finished))
            #expect(Set(seen.map(\.step)) == [.check, .types, .bundle, .styles, .save])
        }
    }

    @Test func theSameSourcesHaveTheSameOutputAnywhere() async throws {
        try await BuilderFixture.with { fixture in
            var hashes: Set<ContentHash> = []
            for name in ["one", "two/deeper", "three"] {
                let workspace = try await fixture.workspace(name)
                let outcome = try await fixture.builder(scratch: "scratch-\(name.count)") { builder in
                    try await builder.build(workspace: workspace, app: "app \(name)", summary: name)
                }
                hashes.insert(try #require(outcome.completed?.artifactHash, "\(outcome.toolText)"))
            }
            #expect(hashes.count == 1)
        }
    }

    @Test(arguments: ["tailwindcss", "esbuild"])
    func whichProgramIsSlowerChangesNothing(_ slow: String) async throws {
        try await BuilderFixture.with { fixture in
            // Nearly no words of its own: what another program writes meanwhile would show in the styles.
            let workspace = try await fixture.workspace("a", ["src/App.tsx": "export const App = () => <i>x</i>;"])
            let usual = try await fixture.builder { try await $0.build(workspace: workspace, app: "a", summary: "") }
            let delayed = try await fixture.builder(
                scratch: "other",
                wrap: { command in
                    guard command.executable.hasSuffix("/" + slow) else { return command }
                    var command = command
                    command.arguments = ["-c", "sleep 0.7; exec \"$0\" \"$@\"", command.executable] + command.arguments
                    command.executable = "/bin/sh"
                    return command
                }
            ) { try await $0.build(workspace: workspace, app: "a", summary: "") }
            #expect(usual.completed?.artifactHash != nil, "\(usual.toolText)")
            #expect(usual.completed?.artifactHash == delayed.completed?.artifactHash)
        }
    }

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

    @Test func twoAppsBuiltTogetherDoNotMix() async throws {
        try await BuilderFixture.with { fixture in
            try await fixture.builder { builder in
                let names = ["quokka", "wombat", "numbat"]
                var workspaces: [String: URL] = [:]
                for name in names {
                    workspaces[name] = try await fixture.workspace(
                        name,
                        [
                            "src/App.tsx": "export const name: \"\(name)\" = \"\(name)\";\n"
                                + "export function App() { return <p className=\"mark-[\(name)]\">\(name)</p>; }",
                            "public/\(name).txt": name,
                        ]
                    )
                }
                let made = workspaces
                let outcomes = try await withThrowingTaskGroup(of: (String, BuildOutcome).self) { group in
                    for (name, workspace) in made {
                        group.addTask {
                            (name, try await builder.build(workspace: workspace, app: name, summary: name))
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                for name in names {
                    let build = try #require(outcomes[name]?.completed, "\(outcomes[name]?.toolText ?? "")")
                    let files = build.snapshot.files.filter { $0.path.rawValue.hasPrefix("dist/") }
                    let all = files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
                    #expect(names.filter { all.contains($0) } == [name])
                }
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

    @Test func aFailedBuildKeepsWhatWasBuiltAndAChangeIsSeen() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            try await fixture.builder { builder in
                let first = try await builder.build(workspace: workspace, app: "a", summary: "")
                let before = try await SnapshotCollector().collect(workspace)
                try fixture.edit(workspace, ["src/lib/sample-data.ts": "export const sampleRequests = 1;"])
                let failed = try await builder.build(workspace: workspace, app: "a", summary: "")
                // A change in one file shows in the files that use it.
                #expect(failed.problems.contains { $0.file == "src/App.tsx" && $0.area == .types })
                let after = try await SnapshotCollector().collect(workspace)
                #expect(
                    after.files.filter { $0.path.rawValue.hasPrefix("dist/") }
                        == before.files.filter { $0.path.rawValue.hasPrefix("dist/") }
                )

                try fixture.edit(
                    workspace,
                    ["src/App.tsx": "export function App() { return <b className=\"p-7\">new</b>; }"]
                )
                let second = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(second.completed != nil, "\(second.toolText)")
                #expect(second.completed?.artifactHash != first.completed?.artifactHash)
                let styles = second.completed?.snapshot.files.first {
                    $0.path.rawValue.hasSuffix(".css") && $0.path.rawValue.hasPrefix("dist/")
                }
                #expect(styles.map { String(decoding: $0.bytes, as: UTF8.self).contains(".p-7") } == true)
                // The old hashed files are gone.
                #expect(
                    second.completed?.snapshot.files.filter { $0.path.rawValue.hasPrefix("dist/assets/") }.count == 2
                )
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

    @Test func assetsOfScriptsAndStylesGetHashedNames() async throws {
        try await BuilderFixture.with { fixture in
            let picture = "<svg xmlns='http://www.w3.org/2000/svg'/>"
            let workspace = try await fixture.workspace(
                "a",
                [
                    "src/App.tsx": "import logo from \"./logo.svg\";\nimport \"./components/extra.css\";\n"
                        + "export function App() { return <img src={logo} alt=\"\" />; }\n",
                    "src/logo.svg": picture,
                    "src/back.svg": picture + "<!-- b -->",
                    "src/components/extra.css": ".extra { color: rebeccapurple }",
                    "src/index.css":
                        "@import \"tailwindcss\";\n.a { background: url(\"./back.svg\") } .b { background: url(/icon.svg) }\n",
                ]
            )
            try await fixture.builder { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                let build = try #require(outcome.completed, "\(outcome.toolText)")
                let assets = build.snapshot.files.map(\.path.rawValue).filter { $0.hasPrefix("dist/assets/") }
                #expect(assets.contains { $0.wholeMatch(of: #/dist/assets/logo-[A-Z0-9]{8}\.svg/#) != nil })
                #expect(assets.contains { $0.wholeMatch(of: #/dist/assets/back-[A-Z0-9]{8}\.svg/#) != nil })
                let styles = try #require(
                    build.snapshot.files.first {
                        $0.path.rawValue.hasPrefix("dist/assets/main") && $0.path.rawValue.hasSuffix(".css")
                    }
                )
                let text = String(decoding: styles.bytes, as: UTF8.self)
                #expect(["(./back-", "(../icon.svg)", ".extra"].filter { !text.contains($0) } == [])
            }
        }
    }

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
                try await expectEventually { fixture.processes().count >= 4 }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                await builder.stop()
                try await expectEventually { fixture.processes().isEmpty }
                #expect(!FileManager.default.fileExists(atPath: workspace.path + "/dist"))
                // The next one may start at once.
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
