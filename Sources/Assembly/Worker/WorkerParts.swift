import Application
import Builder
import Domain
import Exposition
import Foundation
import Logging
import Metrics
import Runtimes
import ScriptedModel
import ServiceLifecycle
package import WorkerAPI

/// The worker with everything it stands on, put together the same way for `second up` and `second worker`.
package struct WorkerParts: Sendable {
    package let service: WorkerService
    package let broker: MCPBroker
    /// `nil` where runtimes are not tested by themselves.
    private let selfTests: SelfTestWatch?
    /// `nil` while the app toolchain is incomplete.
    let builder: AppBuilder?

    /// Looks for toolchain, sandbox and agents, and puts them together.
    ///
    /// `broker` is where the broker's routes will listen; `demoURL` where the recorded model does, when it is to answer.
    /// With less than `memoryReserve` bytes of memory left no turn is started.
    ///
    /// - Throws: `RuntimeSet.NoSandbox` in production, `NPMSearch.NotFound` when packages are wanted, or what is wrong with the template.
    static func make(
        settings: WorkerSettings,
        limits: SessionTable.Limits = .init(),
        builds: BuildLimits = .init(),
        memoryReserve: Int = 0,
        environment: [String: String],
        broker address: ServerAddress,
        demoURL: URL?,
        logger: Logger
    ) async throws -> Self {
        let memory = SelfTestMemory(file: settings.dataFolder.selfTests)
        let runtimes = try await RuntimeSet.make(
            settings: settings,
            environment: environment,
            demoURL: demoURL,
            selfTests: memory,
            logger: logger
        )
        let (building, builder) = Self.building(
            settings,
            packages: try await Self.packages(settings, environment),
            sandbox: runtimes.sandbox,
            limits: builds,
            logger
        )
        let broker = MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: .live,
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
        let bench = SelfTestBench(folder: settings.dataFolder.caches, logger: logger)
        let selfTests = SelfTestWatch(
            subjects: runtimes.subjects,
            memory: memory,
            look: { await runtimes.look() },
            isIdle: { await service.isIdle },
            test: { try await bench.test($0, version: $1) },
            logger: logger
        )
        return Self(
            service: service,
            broker: broker,
            selfTests: settings.testsRuntimes ? selfTests : nil,
            builder: builder
        )
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

    /// Tests the runtimes in the background; `exposition` counts what came of it.
    func selfTestServices(countingIn exposition: Exposition?) -> [any Service] {
        guard var selfTests = self.selfTests else { return [] }
        if let exposition {
            exposition.describe("second.runtime.self_tests", .counter, "Self-tests of runtimes by what came of them.")
            selfTests.count = { runtime, outcome in
                let labels = [("runtime", runtime.rawValue), ("outcome", outcome)]
                Counter(label: "second.runtime.self_tests", dimensions: labels, factory: exposition).increment()
            }
        }
        return [selfTests]
    }

    /// Makes the first build as fast as the later ones; not worth waiting for before listening.
    package func warmUp() async {
        await self.builder?.warmUp()
    }

    package func stop() async {
        await self.builder?.stop()
    }

    private static func packages(
        _ settings: WorkerSettings,
        _ environment: [String: String]
    ) async throws -> PackageAccess? {
        guard let registry = settings.npmRegistry else { return nil }
        let search = NPMSearch(environment: environment, workspaces: settings.workspaces)
        return PackageAccess(npm: try await search.find(override: settings.npmPath), registry: registry)
    }

    private static func building(
        _ settings: WorkerSettings,
        packages: PackageAccess?,
        sandbox: SandboxProbe.Finding,
        limits: BuildLimits,
        _ logger: Logger
    ) -> (any AppBuilding, AppBuilder?) {
        switch Toolchain.locate(in: settings.toolchainFolder) {
        case .ready(let toolchain, _):
            let builder = AppBuilder(
                toolchain: toolchain,
                scratch: settings.dataFolder.caches.appending(path: "builds", directoryHint: .isDirectory),
                packages: packages,
                wrap: BuildSandbox.wrapper(sandbox, dataFolder: settings.dataFolder.root),
                limits: limits,
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
