import Application
import Builder
import Domain
import Foundation
import Logging
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// A worker with a data folder of its own, removed at the end.
struct WorkerFixture: Sendable {
    let folder: URL
    let service: WorkerService
    let broker: MCPBroker
    let uptime = TestUptime()
    let building: AppBuildingStandIn

    static let template = AppTemplate(files: [.text("package.json", "{}"), .text("src/main.tsx", "start")])

    private init(
        runtime: AgentRuntimeStandIn,
        building: AppBuildingStandIn,
        limits: SessionTable.Limits,
        stopLimit: Duration,
        metadataLimit: Duration,
        hasMemory: @escaping @Sendable () -> Bool
    ) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
        self.building = building
        self.broker = MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: self.uptime.uptime,
            logger: .quiet
        )
        var configuration = WorkerService.Configuration(
            dataFolder: self.folder,
            limits: limits,
            stopLimit: stopLimit,
            metadataLimit: metadataLimit
        )
        configuration.hasMemory = hasMemory
        self.service = WorkerService(
            configuration: configuration,
            template: Self.template,
            runtimes: [runtime],
            building: building,
            snapshots: CollectedSnapshots(),
            broker: self.broker,
            brokerBase: { try #require(URL(string: "http://127.0.0.1:9")) },
            detection: { RuntimeDetection(runtimes: [:], isDemo: false) },
            uptime: self.uptime.uptime,
            logger: .quiet
        )
    }

    static func with<Result>(
        _ runtime: AgentRuntimeStandIn = .init(play: AgentRuntimeStandIn.brief),
        building: AppBuildingStandIn = .complete,
        limits: SessionTable.Limits = .init(),
        stopLimit: Duration = .seconds(5),
        metadataLimit: Duration = .seconds(90),
        hasMemory: @escaping @Sendable () -> Bool = { true },
        _ body: (WorkerFixture) async throws -> Result
    ) async throws -> Result {
        let fixture = try WorkerFixture(
            runtime: runtime,
            building: building,
            limits: limits,
            stopLimit: stopLimit,
            metadataLimit: metadataLimit,
            hasMemory: hasMemory
        )
        defer { try? FileManager.default.removeItem(at: fixture.folder) }  // Nothing there is fine.
        try await fixture.service.prepare()
        return try await body(fixture)
    }

    func workspace(_ appID: App.ID = .one) -> URL {
        self.service.directory.url(of: .app(appID))
    }

    func content(_ path: String, of appID: App.ID = .one) -> String? {
        // Nothing there: no content.
        try? String(contentsOf: self.workspace(appID).appending(path: path), encoding: .utf8)
    }

    func put(_ text: String, at path: String, of appID: App.ID = .one) throws {
        let file = self.workspace(appID).appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }
}

/// The real collector behind the port.
struct CollectedSnapshots: WorkspaceSnapshotting {
    func files(in workspace: URL) async throws -> [SourceFile] {
        do {
            return try await SnapshotCollector().collect(workspace).files
        } catch let refusal as SnapshotRefusal {
            throw WorkerRefusal.snapshotRefused(refusal.message)
        }
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension SourceFile {
    /// Only for paths that are good.
    static func text(_ path: String, _ text: String) -> SourceFile {
        guard let path = SourcePath(path) else { preconditionFailure("bad path in a test: \(path)") }
        return SourceFile(path: path, bytes: Data(text.utf8))
    }
}

extension Identifier {
    static var one: Self { Self.make("1") }
    static var two: Self { Self.make("2") }
    static var three: Self { Self.make("3") }

    private static func make(_ digit: Character) -> Self {
        guard let id = Self(String(repeating: digit, count: 24)) else { preconditionFailure("an id has 24 digits") }
        return id
    }
}

extension WorkspaceID {
    static var one: Self {
        guard let id = Self("one") else { preconditionFailure("a slug") }
        return id
    }
}

extension WorkerTurn {
    static func sample(
        app: App.ID = .one,
        run: Run.ID = .one,
        session: WorkerSession? = nil,
        sourceFiles: [SourceFile]? = nil,
        runtimeID: RuntimeID = .claudeCode
    ) -> WorkerTurn {
        WorkerTurn(
            scope: RunScope(workspaceID: .one, appID: app, runID: run),
            appName: "Leads",
            prompt: "Build a lead tracker",
            systemPrompt: "You build apps.",
            settings: RuntimeRegistry.standard.defaults(of: runtimeID),
            maxTurns: 500,
            session: session,
            sourceFiles: sourceFiles,
            requestedByUserID: .one,
            requestedByUserName: "Ada"
        )
    }
}

extension AsyncThrowingStream where Failure == any Error {
    func all() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
