import Domain
import Exposition
import Metrics
import ServiceLifecycle
import WorkerAPI

/// The numbers of one worker (spec 05 B47), looked up every second while it runs.
struct WorkerMetrics: Service {
    static let interval = Duration.seconds(1)

    let exposition: Exposition
    private let worker: WorkerService
    private let clock: any Clock<Duration>
    private let running: Meter
    private let capacity: Meter
    private let sessions: Meter
    private let draining: Meter

    init(worker: WorkerService, exposition: Exposition = Exposition(), clock: any Clock<Duration> = ContinuousClock()) {
        self.exposition = exposition
        self.worker = worker
        self.clock = clock
        self.running = Meter(label: "second.worker.turns.running", factory: exposition)
        self.capacity = Meter(label: "second.worker.turns.capacity", factory: exposition)
        self.sessions = Meter(label: "second.worker.sessions", factory: exposition)
        self.draining = Meter(label: "second.worker.draining", factory: exposition)
        Meter(label: "second.build.info", dimensions: [("version", Version.current)], factory: exposition).set(1)
        exposition.describe("second.build.info", .gauge, "Always 1; the label is the version.")
        exposition.describe("second.worker.turns.running", .gauge, "Turns and other agent jobs that run now.")
        exposition.describe("second.worker.turns.capacity", .gauge, "Turns that may run at the same moment.")
        exposition.describe("second.worker.sessions", .gauge, "Sessions kept, running or not.")
        exposition.describe("second.worker.draining", .gauge, "1 when the worker takes no more turns.")
        ProcessNumbers.add(to: exposition)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                // Cancelled: the loop ends.
                try? await self.clock.sleep(for: Self.interval)
            }
        }
    }

    func look() async {
        let load = await self.worker.load()
        self.running.set(load.running + load.sideJobs)
        self.capacity.set(load.capacity)
        self.sessions.set(load.sessions)
        self.draining.set(load.isDraining ? 1 : 0)
    }
}
