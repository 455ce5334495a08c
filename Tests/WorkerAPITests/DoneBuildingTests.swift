import Application
import Builder
import Domain
import Foundation
import Logging
import Testing

@testable import WorkerAPI

/// `done_building` through the broker with the real builder behind it.
@Suite(.enabled(if: RealAppBuilding.toolchain != nil || RealAppBuilding.isCI, "needs the app toolchain"))
struct DoneBuildingTests {
    func build(_ edit: (URL) throws -> Void) async throws -> (text: String, isError: Bool) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "done-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // Nothing there is fine.
        let toolchain = try #require(RealAppBuilding.toolchain)
        let directory = WorkspaceDirectory(root: folder.appending(path: "workspaces"))
        try await directory.prepare()
        _ = try await directory.fill(.app(.one), with: try await toolchain.template().files)
        let workspace = directory.url(of: .app(.one))
        try edit(workspace)

        let building = RealAppBuilding(
            builder: AppBuilder(
                toolchain: toolchain,
                scratch: folder.appending(path: "scratch"),
                wrap: { $0 },
                logger: .quiet
            )
        )
        let context = ToolContext(appID: .one, runID: .one, workspace: workspace)
        let answer = try await DoneBuilding(building: building).call(["summary": "Built it."], in: context)
        await building.builder.stop()
        return (answer.text, answer.isError)
    }

    @Test func theTemplateBuilds() async throws {
        let answer = try await self.build { _ in }
        #expect(answer.text.contains(#""status":"complete""#))
        #expect(!answer.isError)
    }

    @Test func aFileOneByteTooLargeFailsTheBuildByName() async throws {
        let answer = try await self.build { workspace in
            try Data(count: SnapshotRules.maximumFileBytes + 1).write(to: workspace.appending(path: "src/big.bin"))
        }
        #expect(answer.isError)
        #expect(answer.text.contains("src/big.bin"))
        #expect(answer.text.contains("1048577"))
        #expect(!answer.text.contains(#""status":"complete""#))
    }
}

/// The real builder behind the port.
struct RealAppBuilding: AppBuilding {
    static let isCI = ProcessInfo.processInfo.environment["CI"] != nil
    static let toolchain: Toolchain? = {
        let environment = ProcessInfo.processInfo.environment
        let data = environment["SECOND_DATA_DIR"] ?? (environment["HOME"] ?? "/root") + "/.second"
        let folder = environment["SECOND_TOOLCHAIN_DIR"] ?? data + "/toolchain"
        guard case .ready(let toolchain, _) = Toolchain.locate(in: URL(filePath: folder)) else { return nil }
        return toolchain
    }()

    let builder: AppBuilder

    func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer {
        let outcome = try await self.builder.build(workspace: workspace, app: appID.rawValue, summary: summary)
        return AppBuildAnswer(text: outcome.toolText, isComplete: outcome.isComplete)
    }

    func forget(_ appID: App.ID) async throws {
        try await self.builder.forget(app: appID.rawValue)
    }
}
