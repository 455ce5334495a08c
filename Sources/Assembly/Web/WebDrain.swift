import Logging
import ServiceLifecycle
import Synchronization

/// Takes a web out of traffic before it stops (spec 05 B42).
///
/// As soon as the process is told to stop, `/api/ready` says so and no stream and no turn begins. Everything else goes on
/// for `period`, until load balancers have looked; then turns end, their streams with them, and the listener closes.
final class WebDrain: Service {
    private let period: Duration
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let leaving = Mutex(false)

    init(period: Duration, clock: any Clock<Duration>, logger: Logger) {
        self.period = period
        self.clock = clock
        self.logger = logger
    }

    var isLeaving: Bool { self.leaving.withLock { $0 } }

    func run() async throws {
        // Cancelled means that there is no time left.
        try? await gracefulShutdown()
        self.leaving.withLock { $0 = true }
        guard self.period > .zero else { return }
        self.logger.notice("The web leaves; it takes no new streams")
        try? await self.clock.sleep(for: self.period)
    }
}
