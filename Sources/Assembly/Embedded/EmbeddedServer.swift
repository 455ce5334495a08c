import Application
import Builder
import Documents
import Domain
import Foundation
import Hummingbird
import LocalBus
package import Logging
import NIOCore
import RuntimeProtocols
import Runtimes
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
        let demo = try self.demoModel()
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
        let worker = try await self.worker(broker: brokerAddress, demoURL: await demo?.endpoint())
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
        async let warm: Void = worker.builder?.warmUp() ?? ()
        try await group.run()
        await warm
        await worker.builder?.stop()
    }

    // MARK: - Parts

    private struct Worker {
        var service: WorkerService
        var broker: MCPBroker
        var builder: AppBuilder?
    }

    private func worker(broker address: ServerAddress, demoURL: URL?) async throws -> Worker {
        let building: any AppBuilding
        var builder: AppBuilder?
        switch Toolchain.locate(in: self.configuration.toolchainFolder) {
        case .ready(let toolchain, _):
            let made = AppBuilder(
                toolchain: toolchain,
                scratch: self.configuration.dataFolder.caches.appending(path: "builds", directoryHint: .isDirectory),
                packages: self.packageAccess,
                logger: self.logger
            )
            builder = made
            building = ToolchainBuilding(builder: made)
        case .incomplete(let missing):
            self.logger.warning("The app toolchain is incomplete", metadata: ["missing": "\(missing.map(\.part))"])
            building = MissingToolchain(missing: missing)
        }
        let broker = MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: .live,
            logger: self.logger
        )
        let runtimes = try await RuntimeSet.make(
            configuration: self.configuration,
            environment: ProcessInfo.processInfo.environment,
            demoURL: demoURL,
            logger: self.logger
        )
        let service = WorkerService(
            configuration: .init(dataFolder: self.configuration.dataFolder.root),
            template: try AppTemplate(folder: self.configuration.resources.appTemplate),
            runtimes: runtimes.all,
            building: building,
            snapshots: CollectedSnapshots(),
            broker: broker,
            brokerBase: { await address.url() },
            detection: { await runtimes.detect() },
            logger: self.logger
        )
        return Worker(service: service, broker: broker, builder: builder)
    }

    private var packageAccess: PackageAccess? {
        guard let registry = self.configuration.npmRegistry else { return nil }
        return PackageAccess(npm: self.configuration.npmPath ?? "npm", registry: registry)
    }

    /// The recorded model answers when it was asked for, and locally when nothing else could answer; every page says so.
    private func demoModel() throws -> ScriptedModelServer? {
        let environment = ProcessInfo.processInfo.environment
        let isAlone =
            !self.configuration.isProduction
            && !RuntimeSet.hasCredentials(self.configuration, environment: environment)
        guard self.configuration.isDemo || isAlone else { return nil }
        let file = self.configuration.resources.demo.appending(path: "lead-tracker.json")
        return ScriptedModelServer(script: try Script.load(from: file), logger: self.logger, recordLimit: 0)
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

/// Forgets idle sessions, and on a graceful stop takes no more turns.
private struct WorkerUpkeep: Service {
    let worker: WorkerService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.worker.run()
        }
        await self.worker.drain()
    }
}
