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
import WebGate
import WebUI
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

        let core = EmbeddedCore(
            .init(
                store: store,
                bus: bus,
                worker: worker.service,
                previews: try ToolchainPreviews(
                    bridge: self.configuration.resources.toolchain.appending(path: "preview/bridge.js")
                ),
                sessionSecret: try self.configuration.sessionSecret
                    ?? KeptSecret.load(at: self.configuration.dataFolder.sessionSecret),
                previewSecret: try KeptSecret.load(at: self.configuration.dataFolder.previewSecret),
                publicOrigin: self.configuration.publicURL.map(Self.origin),
                openAPI: try Data(contentsOf: self.configuration.resources.web.appending(path: "openapi.json")),
                logger: self.logger
            )
        )
        // This process holds the data folder's lock, so whoever owned a turn that still streams is dead.
        try await core.api.runs.recoverAtStart { _ in false }

        let web = try self.web(core, isDemo: demo != nil, port: port) {
            ready("http://\(self.displayHost):\(port)", demo != nil)
        }
        let brokerApplication = Application(
            router: WorkerRouter.broker(worker.broker, logger: self.logger),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await brokerAddress.settle(channel.localAddress?.port ?? 0) },
            logger: self.logger
        )
        var services: [any Service] = []
        services += [
            brokerApplication,
            WorkerUpkeep(worker: worker.service),
            core.api.describer,
            RunWatchdog(runs: core.api.runs, clock: ContinuousClock()),
            Upkeep(
                bus: bus,
                store: store,
                apps: core.api.apps,
                wallClock: .live,
                clock: ContinuousClock(),
                logger: self.logger
            ),
            web,
            // Last to start and so first to stop: turns end, their streams with them, and the web can drain.
            core.supervisor,
        ]
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

    private func web(
        _ core: EmbeddedCore,
        isDemo: Bool,
        port: Int,
        ready: @escaping @Sendable () -> Void
    ) throws -> some ApplicationProtocol {
        let assets = try AssetCatalog(folder: self.configuration.resources.web)
        let kit = PageKit(
            assets: assets,
            templates: try Templates(folder: self.configuration.resources.web.appending(path: "templates")),
            isDemo: isDemo
        )
        let router = Router<SecondRequestContext>.gated(
            by: core.api.gate,
            identifiers: .live,
            errorPage: ErrorPages(kit: kit).outside
        )
        WebAPI.add(to: router, services: core.api)
        let workspaces = core.api.runs.workspaces
        let pages = PageServices(
            kit: kit,
            gate: core.api.gate,
            shell: ShellSource(
                contents: { member in try await Self.shellContents(of: member, core) },
                findWorkspace: { try await workspaces.find($0) },
                kit: kit
            ),
            registry: core.api.registry
        )
        let registrar = RouteRegistrar(router: router, apps: core.api.appGatekeeper)
        AppPageRoutes(
            services: pages,
            runs: core.api.runs,
            previews: core.api.previews,
            findWorkspace: { try await workspaces.find($0) }
        ).add(to: registrar)
        PageRoutes(services: pages).add(to: registrar)
        return Application(
            router: router,
            configuration: .init(address: .hostname(self.configuration.host, port: port), serverName: nil),
            onServerRunning: { _ in ready() },
            logger: self.logger
        )
    }

    private static func shellContents(of member: WorkspaceMember, _ core: EmbeddedCore) async throws -> ShellContents {
        let sidebar = try await core.api.sidebar.sidebar(of: member)
        return ShellContents(
            memberCount: sidebar.activeMemberCount,
            apps: sidebar.apps.map { .init(app: $0.app, runStatus: $0.runStatus, canManage: $0.canManage) }
        )
    }

    private var displayHost: String {
        self.configuration.host == "0.0.0.0" ? "localhost" : self.configuration.host
    }

    private static func origin(_ url: URL) -> String {
        var text = "\(url.scheme ?? "https")://\(url.host() ?? "")"
        if let port = url.port { text += ":\(port)" }
        return text
    }
}
