import Application
import Documents
import Domain
import Foundation
import Hummingbird
import LocalBus
package import Logging
import NIOCore
import SQLiteDocuments
import ScriptedModel
import ServiceLifecycle
import UnixSignals
import WebAPI
import WorkerAPI

/// `second up`: store, bus, worker and web in one process, started in the order of dependence and stopped in reverse.
package struct EmbeddedServer: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger

    package init(configuration: ServerConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until the process is told to stop; `ready` gets the one address to open.
    ///
    /// - Throws: what keeps it from starting, as one line: a data folder in use, a port that is taken, a broken template.
    package func run(ready: @escaping @Sendable (_ url: String, _ isDemo: Bool) -> Void) async throws {
        let lock = try self.configuration.dataFolder.open()
        let port = try LoopbackPort.choose(
            self.configuration.port,
            isFixed: self.configuration.portIsFixed,
            host: self.configuration.host
        )
        let store = try SQLiteDocumentStore(file: self.configuration.dataFolder.database)
        try await store.prepare(Collections.all)
        let bus = LocalBus()
        let environment = ProcessInfo.processInfo.environment
        let demo = try WorkerParts.demoModel(
            self.configuration.workerSettings,
            environment: environment,
            logger: self.logger
        )
        // The recorded model has to listen before the runtimes are told where; it ends with everything else.
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let demo { group.addTask { try await demo.run() } }
            try await self.serve(store, bus, demo: demo, port: port, ready: ready)
            group.cancelAll()
        }
        withExtendedLifetime(lock) {}
    }

    private func serve(
        _ store: SQLiteDocumentStore,
        _ bus: LocalBus,
        demo: ScriptedModelServer?,
        port: Int,
        ready: @escaping @Sendable (String, Bool) -> Void
    ) async throws {
        let brokerAddress = ServerAddress()
        let worker = try await WorkerParts.make(
            settings: self.configuration.workerSettings,
            environment: ProcessInfo.processInfo.environment,
            broker: brokerAddress,
            demoURL: await demo?.endpoint(),
            logger: self.logger
        )
        try await worker.service.prepare()

        let isDemo = demo != nil
        let metrics = self.configuration.metrics.map { _ in WebMetrics() }
        let web = try WebParts(
            settings: .init(
                host: self.configuration.host,
                port: port,
                publicURL: self.configuration.publicURL,
                isLocal: true,
                resources: self.configuration.resources,
                sessionSecret: try self.configuration.sessionSecret
                    ?? KeptSecret.load(at: self.configuration.dataFolder.sessionSecret),
                previewSecret: try KeptSecret.load(at: self.configuration.dataFolder.previewSecret),
                trustedProxies: self.configuration.trustedProxies,
                metrics: self.configuration.metrics
            ),
            engines: .init(
                store: store,
                bus: bus,
                worker: worker.service,
                checkWorker: {},
                isDemo: { isDemo },
                jobs: [
                    .init(name: "expired documents") {
                        try await store.sweepExpired(Collections.all, now: WallClock.live.now)
                    }
                ]
            ),
            metrics: metrics,
            logger: self.logger
        ) {
            ready("http://\(self.displayHost):\(port)", isDemo)
        }
        // This process holds the data folder's lock, so whoever owned a turn that still streams is dead.
        try await web.core.api.runs.recoverAtStart { _ in false }
        try await web.core.presence.announce()

        let brokerApplication = Application(
            router: WorkerRouter.broker(worker.broker, logger: self.logger),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await brokerAddress.settle(channel.localAddress?.port ?? 0) },
            logger: self.logger
        )
        let services: [any Service] =
            [brokerApplication, WorkerUpkeep(worker: worker.service), LocalBusTicks(bus: bus)]
            + worker.selfTestServices(countingIn: metrics?.exposition) + web.services
        var shutdown = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        shutdown.maximumGracefulShutdownDuration = .seconds(20)
        let group = ServiceGroup(configuration: shutdown)
        // Not awaited before the first page: a build comes much later than that.
        async let warm: Void = worker.warmUp()
        try await group.run()
        await warm
        await worker.stop()
    }

    private var displayHost: String {
        self.configuration.host == "0.0.0.0" ? "localhost" : self.configuration.host
    }
}

/// Wakes the readers of silent logs.
private struct LocalBusTicks: Service {
    let bus: LocalBus

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends by cancellation only.
            try? await self.bus.keepReadersAwake(clock: ContinuousClock())
        }
    }
}
