import Application
import AsyncHTTPClient
import Builder
import Domain
import Foundation
import Hummingbird
import Logging
import RuntimeProtocols
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// A real worker behind a real listener on loopback, with a data folder of its own.
final class LiveWorker: Sendable {
    static let token = "an-internal-token-of-some-length"

    let folder: URL
    let service: WorkerService
    let url: URL
    private let server: Task<Void, any Error>

    private init(folder: URL, service: WorkerService, url: URL, server: Task<Void, any Error>) {
        self.folder = folder
        self.service = service
        self.url = url
        self.server = server
    }

    static let template = AppTemplate(files: [.text("package.json", "{}"), .text("src/main.tsx", "start")])

    static func start(
        _ runtime: AgentStandIn = AgentStandIn(play: AgentStandIn.brief),
        limits: SessionTable.Limits = .init(),
        folder: URL = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
    ) async throws -> LiveWorker {
        let broker = MCPBroker(
            catalogue: ToolCatalogue(building: NoBuilding()),
            random: .live,
            uptime: .live,
            logger: .quiet
        )
        let service = WorkerService(
            configuration: .init(dataFolder: folder, limits: limits, stopLimit: .seconds(5)),
            template: Self.template,
            runtimes: [runtime],
            building: NoBuilding(),
            snapshots: Snapshots(),
            broker: broker,
            brokerBase: { try #require(URL(string: "http://127.0.0.1:9")) },
            detection: {
                RuntimeDetection(
                    runtimes: [
                        "claude-code": .init(
                            available: true,
                            version: "2.1",
                            features: ["subprocessEnvScrub": true],
                            auth: .init(envKeyConfigured: true, cliLikelyConfigured: false),
                            selfTest: .init(passed: false, code: "self_test_no_answer", message: "It says nothing.")
                        )
                    ],
                    isDemo: true
                )
            },
            logger: .quiet
        )
        try await service.prepare()
        let router = WorkerRouter.make(
            worker: service,
            access: .token(Secret(Self.token)),
            version: "1.2.3",
            logger: .quiet
        )
        let (url, server) = try await self.listen(router)
        return LiveWorker(folder: folder, service: service, url: url, server: server)
    }

    /// Listens on a free port until the returned task is cancelled.
    static func listen(_ router: Router<WorkerRequestContext>) async throws -> (URL, Task<Void, any Error>) {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let application = Hummingbird.Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: .quiet
        )
        // Ended by `kill`, or with the test's process.
        let server = Task { try await application.run() }
        var port: Int?
        for await number in ports {
            port = number
            break
        }
        let number = try #require(port)
        return (try #require(URL(string: "http://127.0.0.1:\(number)")), server)
    }

    /// Closes the listener and every connection at once.
    func kill() async {
        self.server.cancel()
        _ = await self.server.result
    }

    /// Kills it and removes its data.
    func discard() async {
        await self.kill()
        // Nothing there is fine.
        try? FileManager.default.removeItem(at: self.folder)
    }

    func content(_ path: String, of appID: App.ID = .one) -> String? {
        let workspace = self.service.directory.url(of: .app(appID))
        // Nothing there: no content.
        return try? String(contentsOf: workspace.appending(path: path), encoding: .utf8)
    }

    /// A worker, and the web's view of it.
    @discardableResult
    static func with<Result: Sendable>(
        _ runtime: AgentStandIn = AgentStandIn(play: AgentStandIn.brief),
        limits: SessionTable.Limits = .init(),
        _ body: (RemoteWorker, LiveWorker) async throws -> Result
    ) async throws -> Result {
        let worker = try await Self.start(runtime, limits: limits)
        do {
            let result = try await RemoteWorker.using(worker.url) { remote in try await body(remote, worker) }
            await worker.discard()
            return result
        } catch {
            await worker.discard()
            throw error
        }
    }
}

extension RemoteWorker {
    /// A client for the time of a test.
    @discardableResult
    static func using<Result: Sendable>(
        _ url: URL,
        token: String = LiveWorker.token,
        limits: WorkerLimits = WorkerLimits(),
        _ body: (RemoteWorker) async throws -> Result
    ) async throws -> Result {
        let http = Self.makeHTTPClient(limits: limits)
        let remote = RemoteWorker(url: url, token: Secret(token), http: http, limits: limits, logger: .quiet)
        do {
            let result = try await body(remote)
            try await http.shutdown()
            return result
        } catch {
            try await http.shutdown()
            throw error
        }
    }
}

/// The real collector behind the port.
struct Snapshots: WorkspaceSnapshotting {
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
