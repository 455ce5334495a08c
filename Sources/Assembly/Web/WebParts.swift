import Application
import Bus
import Documents
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import WebAPI
import WebGate

/// The web on top of its engines, put together the same way for `second up` and `second web`.
struct WebParts: Sendable {
    /// What the shape decides: where documents, messages and turns go.
    struct Engines: Sendable {
        var store: any DocumentStore
        var bus: any MessageBus
        var worker: any BuilderWorker
        /// Throws while no worker can be asked.
        var checkWorker: @Sendable () async throws -> Void
        /// A recorded model answers; asked for each page.
        var isDemo: @Sendable () -> Bool
        /// What these engines need done from time to time.
        var jobs: [Upkeep.Job]
    }

    struct Settings: Sendable {
        var host: String
        var port: Int
        /// `nil` answers wherever it was asked.
        var publicURL: URL?
        /// The public address is this machine's own.
        var isLocal: Bool
        var resources: ResourceFolder
        var sessionSecret: Secret<String>
        var previewSecret: Secret<String>
        var trustedProxies: TrustedProxies
        /// How long the web goes on, out of traffic, after it was told to stop.
        var drainPeriod = Duration.zero
        var metrics: MetricsAddress?
    }

    let core: WebCore
    /// In the order of dependence; the last one is stopped first.
    let services: [any Service]

    /// `ready` is called as soon as the web listens.
    init(
        settings: Settings,
        engines: Engines,
        metrics: WebMetrics?,
        logger: Logger,
        ready: @escaping @Sendable () -> Void
    ) throws {
        // The embedded store tells of changes by itself; a store that others write to is watched.
        let watched = engines.store is any ImmediateChanges ? nil : TellingStore(engines.store)
        var store: any DocumentStore = watched ?? engines.store
        var bus = engines.bus
        if let exposition = metrics?.exposition {
            store = MeteredStore(base: store, meter: EngineMeter("database", exposition: exposition))
            bus = MeteredBus(bus: bus, meter: EngineMeter("bus", exposition: exposition))
        }
        var observe: WorkspaceEventPublisher.Observer = { _ in }
        if let metrics { observe = metrics.events }
        let drain = WebDrain(period: settings.drainPeriod, clock: ContinuousClock(), logger: logger)
        let core = WebCore(
            .init(
                store: store,
                bus: bus,
                worker: engines.worker,
                checkWorker: engines.checkWorker,
                previews: try ToolchainPreviews(
                    bridge: settings.resources.toolchain.appending(path: "preview/bridge.js")
                ),
                sessionSecret: settings.sessionSecret,
                previewSecret: settings.previewSecret,
                publicOrigin: settings.publicURL.map(Self.origin),
                trustedProxies: settings.trustedProxies,
                isLeaving: { drain.isLeaving },
                isLocal: settings.isLocal,
                openAPI: try Data(contentsOf: settings.resources.web.appending(path: "openapi.json")),
                logger: logger,
                observe: observe
            )
        )
        metrics?.watch(core.supervisor)
        let removal = core.api.apps.removal
        let clock = ContinuousClock()
        var services: [any Service] = []
        if let metrics, let address = settings.metrics {
            services.append(MetricsServer.make(metrics.exposition, at: address, logger: logger))
        }
        let removals = Upkeep.Job(name: "removals") { try await removal.finish() }
        if let watched { services.append(StoreWatch(store: watched)) }
        services.append(core.presence)
        services.append(core.api.describer)
        services.append(RunWatchdog(runs: core.api.runs, clock: clock))
        services.append(
            Upkeep(
                jobs: [removals] + engines.jobs,
                bus: bus,
                owner: core.supervisor.owner,
                clock: clock,
                logger: logger
            )
        )
        let router = try WebRouter.make(
            core,
            resources: settings.resources,
            isDemo: engines.isDemo,
            observe: metrics?.requests
        )
        services.append(
            Application(
                responder: StreamResponder(router.buildResponder()),
                server: .loopBound(),
                configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: nil),
                onServerRunning: { _ in ready() },
                logger: logger
            )
        )
        // Last to start and so first to stop: nothing new begins; then turns end, and their streams with them.
        services.append(core.supervisor)
        services.append(drain)
        self.core = core
        self.services = services
    }

    static func origin(_ url: URL) -> String {
        var text = "\(url.scheme ?? "https")://\(url.host() ?? "")"
        if let port = url.port { text += ":\(port)" }
        return text
    }
}
