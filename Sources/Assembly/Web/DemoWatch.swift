import Application
import ServiceLifecycle
import Synchronization

/// Knows whether the workers play recorded turns, so that every page can say so without asking.
final class DemoWatch: Service {
    private let worker: any BuilderWorker
    private let clock: any Clock<Duration>
    private let value = Atomic<Bool>(false)

    init(worker: any BuilderWorker, clock: any Clock<Duration>) {
        self.worker = worker
        self.clock = clock
    }

    var isDemo: Bool { self.value.load(ordering: .relaxed) }

    /// Looks twice a minute, more often while no worker can tell.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let found = await self.worker.detectRuntimes()
                self.value.store(found.isDemo, ordering: .relaxed)
                // Ends by cancellation, which the loop sees.
                try? await self.clock.sleep(for: found.error != nil ? .seconds(3) : .seconds(30))
            }
        }
    }
}
