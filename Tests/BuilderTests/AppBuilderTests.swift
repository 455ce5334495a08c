import Domain
import Foundation
import Synchronization
import Testing

@testable import Builder

/// What a build makes of the sources of an app.
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
}
