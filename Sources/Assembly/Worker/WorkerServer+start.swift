package import Logging

extension WorkerServer {
    /// The registry's bus cannot be reached by this build.
    struct NoBus: Error, CustomStringConvertible {
        var description: String { "This build cannot use REDIS_URL; leave it out and let the web use WORKER_URL." }
    }

    /// Opens the bus of the registry, where there is one, and runs until the process is told to stop.
    package static func start(
        _ configuration: WorkerConfiguration,
        logger: Logger,
        ready: @escaping @Sendable (_ url: String, _ isDemo: Bool) -> Void
    ) async throws {
        guard configuration.bus == nil else { throw NoBus() }
        try await WorkerServer(configuration: configuration, bus: nil, logger: logger).run(ready: ready)
    }
}
