import Domain
import Foundation
import Testing

@testable import Builder

@Suite struct ToolchainTests {
    @Test func anEmptyFolderLacksEverythingAndSaysHowToMendIt() async throws {
        try await BuilderFixture.with { fixture in
            guard case .incomplete(let missing) = Toolchain.locate(in: fixture.root) else {
                Issue.record("An empty folder is no toolchain.")
                return
            }
            #expect(missing.count == 8)
            #expect(missing.allSatisfy { $0.remedy == "scripts/toolchain/install \(fixture.root.path)" })
        }
    }

    @Test func aLinkThatLeadsNowhereNeedsItsPackage() async throws {
        try await BuilderFixture.with { fixture in
            try FileManager.default.createSymbolicLink(
                atPath: fixture.root.path + "/node",
                withDestinationPath: "/nonexistent/node"
            )
            guard case .incomplete(let missing) = Toolchain.locate(in: fixture.root) else { return }
            #expect(missing.first?.part == "Node")
            #expect(missing.first?.remedy.contains("apt-get install") == true)
        }
    }

    /// What lies beside a program that a link leads to is nothing that builds need, and may be the platform's.
    @Test func programsAreShownWithoutTheirFolders() async throws {
        try await BuilderFixture.with { fixture in
            let (root, folder) = (fixture.root.path, fixture.root.appending(path: "toolchain"))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (link, target) in [
                ("/toolchain/node", "../node"), ("/node", "/usr/bin/env"), ("/toolchain/esbuild", "esbuild-1"),
                ("/toolchain/esbuild-1", "/usr/bin/env"),
            ] {
                try FileManager.default.createSymbolicLink(atPath: root + link, withDestinationPath: target)
            }
            #expect(Toolchain(folder: folder).readableFolders == [folder.path, root + "/node"])
        }
    }

    /// A build that may not be started says so, and does not break.
    @Test(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
    func aRefusedProgramIsAProblem() async throws {
        struct Refusal: Error, CustomStringConvertible {
            let description = "Not in this folder."
        }
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            try await fixture.builder(wrap: { _ in throw Refusal() }) { builder in
                let outcome = try await builder.build(workspace: workspace, app: "a", summary: "")
                #expect(outcome.problems.contains { $0.area == .bundle && $0.message.contains("Not in this folder.") })
                #expect(outcome.problems.contains { $0.area == .types && $0.message.contains("second doctor") })
            }
        }
    }

    @Test(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
    func theTemplateHasWhatABuildNeeds() async throws {
        let template = try await #require(BuilderFixture.toolchain).template()
        for path in BuildChecks.requiredFiles + ["src/lib/second-sdk.ts", "src/App.tsx", "tsconfig.json"] {
            #expect(template.file(at: path) != nil)
        }
        // No request leaves a new app.
        for file in template.files where file.path.rawValue != "public/icon.svg" {
            let text = String(decoding: file.bytes, as: UTF8.self)
            #expect(text.firstMatch(of: #/(?:https?:)?//[a-z0-9-]+\.[a-z]/#) == nil, "\(file.path)")
        }
    }
}
