import Logging
import RemoteWorker
import ServiceLifecycle
import WorkerAPI

/// Takes a worker out of work: on `POST /drain`, and before the process stops (spec 05 B46).
///
/// It takes no more turns, says so in the registry, lets running turns finish within a limit and ends the rest, and
/// leaves the registry. The listener goes on until then, so that the web can ask for what the turns left.
struct WorkerDrain: Service {
    let worker: WorkerService
    /// `nil` where there is no registry.
    let registration: WorkerRegistration?
    let limit: Duration
    let logger: Logger
    private let asked: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(worker: WorkerService, registration: WorkerRegistration?, limit: Duration, logger: Logger) {
        self.worker = worker
        self.registration = registration
        self.limit = limit
        self.logger = logger
        (self.asked, self.continuation) = AsyncStream.makeStream()
    }

    /// Begins to drain and returns at once; doing it twice changes nothing.
    @Sendable func begin() async {
        await self.worker.startDraining()
        self.continuation.finish()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.asked {}
        }
        await self.worker.startDraining()
        self.logger.notice("The worker takes no more turns")
        await self.registration?.announce()
        await self.worker.drain(letting: self.limit)
        await self.registration?.withdraw()
        self.logger.notice("The worker's turns are over")
        // Asked by a request the process lives on until it is stopped; cancelled means that it is being stopped.
        try? await gracefulShutdown()
    }
}

/// Keeps the worker in the registry.
struct WorkerHeartbeat: Service {
    let registration: WorkerRegistration

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.registration.run() }
    }
}

/// Forgets idle sessions.
struct SessionSweep: Service {
    let worker: WorkerService

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.worker.run() }
    }
}
