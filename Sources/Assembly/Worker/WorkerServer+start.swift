package import Logging
import RedisBus

extension WorkerServer {
    /// Opens the bus of the registry, where there is one, and runs until the process is told to stop.
    package static func start(
        _ configuration: WorkerConfiguration,
        logger: Logger,
        ready: @escaping @Sendable (_ url: String, _ isDemo: Bool) -> Void
    ) async throws {
        guard let address = configuration.bus else {
            return try await WorkerServer(configuration: configuration, bus: nil, logger: logger).run(ready: ready)
        }
        let bus = try RedisBus(address, logger: logger)
        do {
            try await WorkerServer(configuration: configuration, bus: bus, logger: logger).run(ready: ready)
        } catch {
            await bus.shutdown()
            throw error
        }
        await bus.shutdown()
    }
}
