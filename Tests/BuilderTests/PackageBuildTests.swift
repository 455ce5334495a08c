import Domain
import Foundation
import TestSupport
import Testing

@testable import Builder

@Suite(
    .enabled(
        if: BuilderFixture.canBuild && (BuilderFixture.npm != nil || BuilderFixture.isCI),
        "needs npm and the app toolchain"
    )
)
struct PackageBuildTests {
    private static let build = """
        const fs = require("fs");
        fs.mkdirSync("dist", { recursive: true });
        fs.writeFileSync("dist/index.html", "<p>" + require("greeting")("you") + "</p>");
        fs.writeFileSync("environment.json", JSON.stringify(process.env));
        """

    private func manifest(
        scripts: [String: String],
        dependencies: [String: String] = ["greeting": "^1.0.0"]
    ) throws -> String {
        let value: [String: Any] = ["name": "app", "scripts": scripts, "dependencies": dependencies]
        return String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    private func greeting(in fixture: BuilderFixture) throws -> PackageRegistry.Package {
        try PackageRegistry.Package(
            name: "greeting",
            version: "1.2.3",
            files: [
                "package.json":
                    #"{"name":"greeting","version":"1.2.3","main":"index.js","scripts":{"postinstall":"touch ../../INSTALL-SCRIPT-RAN"}}"#,
                "index.js": "module.exports = (name) => 'Hello, ' + name;",
            ],
            in: fixture.root
        )
    }

    @Test func anAppWithPackagesIsInstalledAndBuiltByItsScripts() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace(
                "a",
                [
                    "package.json": try self.manifest(scripts: ["build": "node build.cjs", "typecheck": "echo fine"]),
                    "build.cjs": Self.build,
                ]
            )
            try await PackageRegistry.with([try self.greeting(in: fixture)]) { registry in
                let packages = PackageAccess(npm: try #require(BuilderFixture.npm), registry: registry)
                try await fixture.builder(packages: packages) { builder in
                    let outcome = try await builder.build(workspace: workspace, app: "a", summary: "With npm")
                    let build = try #require(outcome.completed, "\(outcome.toolText)")
                    let page = try #require(build.snapshot.file(at: "dist/index.html"))
                    #expect(page.bytes == Data("<p>Hello, you</p>".utf8))
                    #expect(build.snapshot.file(at: "package-lock.json") != nil)
                    #expect(!build.snapshot.files.contains { $0.path.rawValue.hasPrefix("node_modules/") })
                    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/INSTALL-SCRIPT-RAN"))

                    // Model-written scripts see a private home and nothing of ours.
                    let bytes = try Data(contentsOf: workspace.appending(path: "environment.json"))
                    let environment = try JSONDecoder().decode([String: String].self, from: bytes)
                    #expect(environment["HOME"] == fixture.root.path + "/scratch/app-a/home")
                    let ours = environment.keys.filter { key in
                        ["SECOND", "ANTHROPIC", "OPENAI", "INTERNAL", "MONGODB", "REDIS"].contains { key.hasPrefix($0) }
                    }
                    #expect(ours == [])
                    #expect(environment["npm_config_cache"]?.hasPrefix(fixture.root.path) == true)
                }
            }
        }
    }

    @Test func nothingIsInstalledTwice() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace(
                "a",
                ["package.json": try self.manifest(scripts: ["build": "node build.cjs"]), "build.cjs": Self.build]
            )
            let packages = try await PackageRegistry.with([try self.greeting(in: fixture)]) { registry in
                let packages = PackageAccess(npm: try #require(BuilderFixture.npm), registry: registry)
                try await fixture.builder(packages: packages) { builder in
                    let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                    #expect(outcome.isComplete, "\(outcome.toolText)")
                }
                return packages
            }
            // The registry is gone.
            try await fixture.builder(packages: packages) { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.isComplete, "\(outcome.toolText)")
            }
        }
    }

    @Test func aPackageThatIsNowhereFailsWithItsNameAndLeavesNothing() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace(
                "a",
                ["package.json": try self.manifest(scripts: ["build": "true"], dependencies: ["no-such-thing": "1"])]
            )
            try await PackageRegistry.with([]) { registry in
                let packages = PackageAccess(npm: try #require(BuilderFixture.npm), registry: registry)
                try await fixture.builder(packages: packages) { builder in
                    let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                    #expect(outcome.problems.map(\.area) == [.install])
                    #expect(outcome.toolText.contains("no-such-thing"))
                    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/node_modules"))
                }
            }
        }
    }

    @Test func failingScriptsTellWhatTheySaid() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace(
                "a",
                [
                    "package.json": try self.manifest(
                        scripts: [
                            "build": "echo bundle went wrong; exit 2", "typecheck": "echo types went wrong >&2; exit 1",
                        ]
                    )
                ]
            )
            try await PackageRegistry.with([try self.greeting(in: fixture)]) { registry in
                let packages = PackageAccess(npm: try #require(BuilderFixture.npm), registry: registry)
                try await fixture.builder(packages: packages) { builder in
                    let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                    #expect(outcome.problems.map(\.area) == [.types, .bundle])
                    #expect(
                        outcome.toolText.contains("types went wrong") && outcome.toolText.contains("bundle went wrong")
                    )
                }
            }
        }
    }

    @Test func anInstallationThatHangsIsEnded() async throws {
        try await BuilderFixture.with { fixture in
            let npm = fixture.root.appending(path: "npm")
            try Data("#!/bin/sh\nmkdir -p node_modules/half; sleep 60 & sleep 60\n".utf8).write(to: npm)
            #expect(chmod(npm.path, 0o755) == 0)
            let workspace = try await fixture.workspace(
                "a",
                ["package.json": try self.manifest(scripts: ["build": "true"])]
            )
            let packages = PackageAccess(npm: npm.path, installTimeLimit: .seconds(1))
            try await fixture.builder(packages: packages) { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.toolText.contains("npm install took longer than 1 seconds"))
                #expect(!FileManager.default.fileExists(atPath: workspace.path + "/node_modules"))
                await builder.stop()
                try await eventually { fixture.processes().isEmpty }
            }
        }
    }
}
