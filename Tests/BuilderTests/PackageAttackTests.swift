import Domain
import Foundation
import Testing

@testable import Builder

/// Ways to have npm install what does not come from the operator's registry, or to keep a build from its end.
@Suite(.timeLimit(.minutes(2))) struct PackageAttackTests {
    @Test(arguments: [
        #"{"dependencies":{"a":"file:../b"}}"#, #"{"peerDependencies":{"a":"git+ssh://h/x"}}"#,
        #"{"dependencies":{"a":"1"},"peerDependencies":{"a":"../b"}}"#,
        #"{"workspaces":["parts/*"]}"#, #"{"workspaces":{"packages":["."]}}"#, #"{"workspaces":[]}"#,
        #"{"overrides":{"a":"file:../b"}}"#, #"{"overrides":{"a":{"b":{".":"owner/name"}}}}"#,
        #"{"overrides":{"a":{"b":"1","c":"http://h/x.tgz"}}}"#, #"{"overrides":{"a@file:../b":{}}}"#,
        #"{"overrides":{"@s/a@file:../b":"1"}}"#, #"{"overrides":{"a":["1"]}}"#, #"{"overrides":"1"}"#,
        // npm takes the last of two, and what is parsed here is the first.
        #"{"dependencies":{"a":"1"},"dependencies":{"a":"file:../b"}}"#,
        #"{"dependencies":{"a":"1","a":"file:../b"}}"#, #"{"dependencies":{"a":"1","\u0061":"file:../b"}}"#,
        #"{"dependencies":{},"x":[{"y":1},{"y":1}],"depend\u0065ncies":{"a":"file:../b"}}"#,
        #"{"dependencies":{"a":"b.tgz"}}"#, #"{"dependencies":{"a":" B.TAR.GZ "}}"#, #"{"dependencies":{"a":" ."}}"#,
    ])
    func packagesFromElsewhereAreRefused(_ document: String) async throws {
        try await BuilderFixture.with { fixture in
            let manifest = try PackageManifest(parsing: Data(document.utf8))
            let failure = await #expect(throws: BuildProblems.self) {
                try await PackageSources(workspace: fixture.root).check(manifest)
            }
            #expect(failure?.problems.allSatisfy { $0.file == "package.json" } == true)
        }
    }

    @Test(arguments: [
        #"{"peerDependencies":{"a":"^1","b":"*"},"workspaces":null}"#,
        #"{"dependencies":{"a":"1"},"overrides":{"b":"$a","@s/c@^1":{".":"2","d":{"e@2":"npm:f@3"}},"g":""}}"#,
        #"{"x":[{"a":1},{"a":1}],"y":{"a":{"a":{"a":1}}},"z":"a","a":"{\"a\":1,\"a\":2}"}"#,
    ])
    func whatAppsWriteIsFine(_ document: String) async throws {
        try await BuilderFixture.with { fixture in
            let manifest = try PackageManifest(parsing: Data(document.utf8))
            try await PackageSources(workspace: fixture.root).check(manifest)
        }
    }

    /// The workspace is an agent's, and what it left running may write while the build is under way.
    @Test(arguments: [#"{"dependencies":{"a":"file:../b"}}"#, #"{"dependencies":{"a":"1"},"workspaces":["b"]}"#, "{"])
    func whatNpmReadsIsWhatWasChecked(_ document: String) async throws {
        try await BuilderFixture.with { fixture in
            let npm = fixture.root.appending(path: "npm")
            try Data("#!/bin/sh\ntouch '\(fixture.root.path)/ran'\n".utf8).write(to: npm)
            #expect(chmod(npm.path, 0o755) == 0)
            let workspace = fixture.root.appending(path: "workspace")
            try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
            try Data(document.utf8).write(to: workspace.appending(path: "package.json"))
            let checked =
                #"{"scripts":{"build":"true"},"dependencies":{"a":"1"},"devDependencies":{"@types/node":"1"}}"#
            let build = PackageBuild(
                packages: PackageAccess(npm: npm.path),
                process: ToolProcess(wrap: { $0 }, clock: ContinuousClock()),
                folders: try await BuildFolders(root: fixture.root.appending(path: "scratch")).open(app: "a")
            )
            await #expect(throws: BuildProblems.self) {
                _ = try await build.run(
                    PackageManifest(parsing: Data(checked.utf8)),
                    workspace: workspace,
                    reporter: BuildReporter(report: { _ in })
                )
            }
            #expect(!FileManager.default.fileExists(atPath: fixture.root.path + "/ran"))
        }
    }

    @Test(arguments: ["pipe", "endless", "link", "folder"])
    func theTypesOfNodeAreAddedToAPlainFileOnly(_ kind: String) async throws {
        try await BuilderFixture.with { fixture in
            let file = fixture.root.path + "/package.json"
            let other = fixture.root.path + "/other"
            try Data("{}".utf8).write(to: URL(filePath: other))
            switch kind {
            case "pipe": #expect(mkfifo(file, 0o600) == 0)
            case "endless":
                #expect(FileManager.default.createFile(atPath: file, contents: nil) && truncate(file, 1 << 40) == 0)
            case "link": try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: other)
            default: try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
            }
            await #expect(throws: BuildProblems.self) {
                try await NodeTypes(workspace: fixture.root).add(to: PackageManifest(parsing: Data("{}".utf8)))
            }
            #expect(try String(contentsOfFile: other, encoding: .utf8) == "{}")
        }
    }

    @Test func theManifestIsReplacedAndNeverHalfWritten() async throws {
        try await BuilderFixture.with { fixture in
            let (file, old) = (fixture.root.path + "/package.json", fixture.root.path + "/old")
            try Data("{}".utf8).write(to: URL(filePath: file))
            // A second name of the same file shows whether it was written to.
            #expect(link(file, old) == 0)
            try await NodeTypes(workspace: fixture.root).add(to: PackageManifest(parsing: Data("{}".utf8)))
            #expect(try String(contentsOfFile: old, encoding: .utf8) == "{}")
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains("@types/node"))
            let left = try FileManager.default.contentsOfDirectory(atPath: fixture.root.path)
            #expect(Set(left) == ["package.json", "old"])
        }
    }
}
