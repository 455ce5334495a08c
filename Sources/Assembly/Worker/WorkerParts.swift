import Application
import Builder
import Domain
import Foundation
import Logging
import Runtimes
import ScriptedModel
import ServiceLifecycle
package import WorkerAPI

/// The worker with everything it stands on, put together the same way for `second up` and `second worker`.
package struct WorkerParts: Sendable {
    package let service: WorkerService
    package let broker: MCPBroker
    /// `nil` while the app toolchain is incomplete.
    private let builder: AppBuilder?

    /// Looks for toolchain, sandbox and agents, and puts them together.
    ///
    /// `broker` is where the broker's routes will listen; `demoURL` where the recorded model does, when it is to answer.
    /// With less than `memoryReserve` bytes of memory left no turn is started.
    ///
    /// - Throws: `RuntimeSet.NoSandbox` in production, or what is wrong with the template.
    static func make(
        settings: WorkerSettings,
        limits: SessionTable.Limits = .init(),
        memoryReserve: Int = 0,
        environment: [String: String],
        broker address: ServerAddress,
        demoURL: URL?,
        logger: Logger
    ) async throws -> Self {
        let (building, builder) = Self.building(settings, logger)
        let broker = MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: .live,
            logger: logger
        )
        let runtimes = try await RuntimeSet.make(
            settings: settings,
            environment: environment,
            demoURL: demoURL,
            logger: logger
        )
        var configuration = WorkerService.Configuration(dataFolder: settings.dataFolder.root, limits: limits)
        configuration.workspaces = settings.workspaces
        if memoryReserve > 0 { configuration.hasMemory = { AvailableMemory.live.bytes() >= memoryReserve } }
        let service = WorkerService(
            configuration: configuration,
            template: try AppTemplate(folder: settings.resources.appTemplate),
            runtimes: runtimes.all,
            building: building,
            snapshots: CollectedSnapshots(),
            broker: broker,
            brokerBase: { await address.url() },
            detection: { await runtimes.detect() },
            logger: logger
        )
        return Self(service: service, broker: broker, builder: builder)
    }

    /// The recorded model answers when it was asked for, and locally when nothing else could answer; every page says so.
    static func demoModel(
        _ settings: WorkerSettings,
        environment: [String: String],
        logger: Logger
    ) throws -> ScriptedModelServer? {
        let isAlone = !settings.isProduction && !RuntimeSet.hasCredentials(settings, environment: environment)
        guard settings.isDemo || isAlone else { return nil }
        let file = settings.resources.demo.appending(path: "lead-tracker.json")
        return ScriptedModelServer(script: try Script.load(from: file), logger: logger, recordLimit: 0)
    }

    /// Makes the first build as fast as the later ones; not worth waiting for before listening.
    package func warmUp() async {
        await self.builder?.warmUp()
    }

    package func stop() async {
        await self.builder?.stop()
    }

    private static func building(_ settings: WorkerSettings, _ logger: Logger) -> (any AppBuilding, AppBuilder?) {
        switch Toolchain.locate(in: settings.toolchainFolder) {
        case .ready(let toolchain, _):
            let builder = AppBuilder(
                toolchain: toolchain,
                scratch: settings.dataFolder.caches.appending(path: "builds", directoryHint: .isDirectory),
                packages: settings.npmRegistry.map {
                    PackageAccess(npm: settings.npmPath ?? "npm", registry: $0)
                },
                logger: logger
            )
            return (ToolchainBuilding(builder: builder), builder)
        case .incomplete(let missing):
            logger.warning("The app toolchain is incomplete", metadata: ["missing": "\(missing.map(\.part))"])
            return (MissingToolchain(missing: missing), nil)
        }
    }
}

/// Forgets idle sessions, and on a graceful stop takes no more turns.
struct WorkerUpkeep: Service {
    let worker: WorkerService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.worker.run()
        }
        await self.worker.drain()
    }
}
