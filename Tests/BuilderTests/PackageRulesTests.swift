import Domain
import Foundation
import Testing

@testable import Builder

/// What an app may ask of npm, and what is added to it.
@Suite struct PackageRulesTests {
    @Test(arguments: [
        ("{}", "{\n  \"devDependencies\": {\n    \"@types/node\": \"^20.19.0\"\n  }}"),
        (
            #"{"name":"a","devDependencies":{}}"#,
            "{\"name\":\"a\",\"devDependencies\":{\n    \"@types/node\": \"^20.19.0\"}}"
        ),
        (
            #"{"x":{"devDependencies":{}},"devDependencies" : { "b": "1" }}"#,
            "{\"x\":{\"devDependencies\":{}},\"devDependencies\" : {\n    \"@types/node\": \"^20.19.0\", \"b\": \"1\" }}"
        ),
        (
            #"{"a":"devDependencies","b":{}}"#,
            "{\n  \"devDependencies\": {\n    \"@types/node\": \"^20.19.0\"\n  },\"a\":\"devDependencies\",\"b\":{}}"
        ),
        (
            #"{"a":"\"{","b":["devDependencies",{}]}"#,
            "{\n  \"devDependencies\": {\n    \"@types/node\": \"^20.19.0\"\n  },\"a\":\"\\\"{\",\"b\":[\"devDependencies\",{}]}"
        ),
    ])
    func theTypesOfNodeAreAddedAndAllElseStays(_ before: String, _ after: String) throws {
        let added = NodeTypes.added(to: Data(before.utf8))
        #expect(String(decoding: added, as: UTF8.self) == after)
        #expect(try PackageManifest(parsing: added).dependencies["@types/node"] == "^20.19.0")
    }

    @Test func declaredTypesAreLeftAlone() async throws {
        try await BuilderFixture.with { fixture in
            let file = fixture.root.appending(path: "package.json")
            for text in [#"{"devDependencies":{"@types/node":"1"}}"#, #"{"dependencies":{"@types/node":"1"}}"#] {
                try Data(text.utf8).write(to: file)
                try await NodeTypes(workspace: fixture.root).add(to: PackageManifest(parsing: Data(text.utf8)))
                #expect(try String(contentsOf: file, encoding: .utf8) == text)
            }
            try Data("{ }".utf8).write(to: file)
            try await NodeTypes(workspace: fixture.root).add(to: PackageManifest(parsing: Data("{ }".utf8)))
            #expect(try PackageManifest(parsing: Data(contentsOf: file)).dependencies.count == 1)
        }
    }

    @Test(arguments: [
        ("^1.2.3", true), ("latest", true), (">=1 <2 || 3.x", true), ("*", true), ("npm:other@^1", true),
        ("npm:@scope/other@^1", true), ("http://127.0.0.1:3000/x.tgz", false), ("git+ssh://h/x", false),
        ("owner/name", false), ("file:../other", false), ("../other", false), ("/etc", false), ("~/x", false),
        ("npm:http://x", false), ("workspace:*", false), ("", true), ("x.tgz", false), ("x.tar", false),
        (" ../x", false),
    ])
    func packagesComeFromTheRegistry(_ version: String, _ isRegistered: Bool) {
        #expect(PackageSources.isRegistered(version) == isRegistered)
    }

    @Test func settingsInTheWorkspaceAreRefused() async throws {
        try await BuilderFixture.with { fixture in
            let manifest = try PackageManifest(parsing: Data(#"{"dependencies":{"a":"1"}}"#.utf8))
            try await PackageSources(workspace: fixture.root).check(manifest)
            try FileManager.default.createSymbolicLink(
                atPath: fixture.root.path + "/.npmrc",
                withDestinationPath: "/nonexistent"
            )
            await #expect(throws: BuildProblems.self) {
                try await PackageSources(workspace: fixture.root).check(manifest)
            }
        }
    }
}
