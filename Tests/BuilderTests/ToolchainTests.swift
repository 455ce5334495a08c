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
