import Builder
package import Bus
import Domain
import Foundation
import Hummingbird
package import Logging
import NIOCore
import RemoteWorker
import ScriptedModel
import ServiceLifecycle
import UnixSignals
import WorkerAPI

/// `second worker`: sessions, workspaces and agents as a process of its own, for webs that hold the internal token.
///
/// The tools of running turns are served on loopback only; nothing that reaches the worker's port reaches them.
package struct WorkerServer: Sendable {
    private let configuration: WorkerConfiguration
    private let bus: (any MessageBus)?
    private let logger: Logger

    /// `bus` is open and stays so while the worker runs; `nil` where there is no registry.
    package init(configuration: WorkerConfiguration, bus: (any MessageBus)?, logger: Logger) {
        self.configuration = configuration
        self.bus = bus
        self.logger = logger
    }

    /// Runs until the process is told to stop; `ready` gets the address that it listens on.
    ///
    /// - Throws: what keeps it from starting, as one line: a data folder in use, a port that is taken, no sandbox.
    package func run(ready: @escaping @Sendable (_ url: String, _ isDemo: Bool) -> Void) async throws {
        let settings = self.configuration.settings
        let lock = try settings.dataFolder.open()
        let port = try LoopbackPort.choose(self.configuration.port, isFixed: true, host: self.configuration.host)
        let demo = try WorkerParts.demoModel(
            settings,
            environment: ProcessInfo.processInfo.environment,
            logger: self.logger
        )
        // The recorded model has to listen before the runtimes are told where; it ends with everything else.
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let demo { group.addTask { try await demo.run() } }
            try await self.serve(demo: demo, port: port, ready: ready)
            group.cancelAll()
        }
        withExtendedLifetime(lock) {}
    }

    private func serve(
        demo: ScriptedModelServer?,
        port: Int,
        ready: @escaping @Sendable (String, Bool) -> Void
    ) async throws {
        let brokerAddress = ServerAddress()
        let worker = try await WorkerParts.make(
            settings: self.configuration.settings,
            limits: .init(
                runningJobs: self.configuration.maximumTurns,
                sessions: self.configuration.maximumSessions
            ),
            builds: .init(atOnce: self.configuration.maximumBuilds),
            memoryReserve: self.configuration.memoryReserve,
            environment: ProcessInfo.processInfo.environment,
            broker: brokerAddress,
            demoURL: await demo?.endpoint(),
            logger: self.logger
        )
        try await worker.service.prepare()
        let registration = try self.registration(of: worker.service)
        let drain = WorkerDrain(
            worker: worker.service,
            registration: registration,
            limit: self.configuration.drainLimit,
            logger: self.logger
        )
        let broker = Application(
            router: WorkerRouter.broker(worker.broker, logger: self.logger),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await brokerAddress.settle(channel.localAddress?.port ?? 0) },
            logger: self.logger
        )
        let routes = Application(
            router: WorkerRouter.make(
                worker: worker.service,
                access: .token(try self.token()),
                version: Version.current,
                logger: self.logger,
                servesBroker: false,
                drain: drain.begin
            ),
            configuration: .init(address: .hostname(self.configuration.host, port: port), serverName: nil),
            onServerRunning: { _ in ready("http://\(self.configuration.host):\(port)", demo != nil) },
            logger: self.logger
        )
        var services: [any Service] = [broker, SessionSweep(worker: worker.service), routes]
        let metrics = self.configuration.metrics.map { _ in WorkerMetrics(worker: worker.service) }
        services += worker.selfTestServices(countingIn: metrics?.exposition)
        if let address = self.configuration.metrics, let metrics {
            services += [metrics, MetricsServer.make(metrics.exposition, at: address, logger: self.logger)]
        }
        if let registration { services.append(WorkerHeartbeat(registration: registration)) }
        // Last to start and so first to stop: turns end while everything that they need is still there.
        services.append(drain)
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        group.maximumGracefulShutdownDuration = self.configuration.drainLimit + .seconds(30)
        // Not awaited before listening: a build comes much later than that.
        async let warm: Void = worker.warmUp()
        try await ServiceGroup(configuration: group).run()
        await warm
        await worker.stop()
    }

    private func token() throws -> Secret<String> {
        try self.configuration.internalToken
            ?? KeptSecret.load(at: self.configuration.settings.dataFolder.internalToken)
    }

    private func registration(of worker: WorkerService) throws -> WorkerRegistration? {
        guard let bus = self.bus else { return nil }
        let load = { @Sendable in
            let load = await worker.load()
            return WorkerEntry.Load(
                running: load.running,
                capacity: load.capacity,
                sessions: load.sessions,
                isDraining: load.isDraining
            )
        }
        return WorkerRegistration(
            id: try WorkerName.load(self.configuration.settings.dataFolder.workerName),
            url: self.configuration.advertisedURL,
            bus: bus,
            logger: self.logger,
            forget: { try await worker.remove($0) },
            load: load
        )
    }
}
