package import Domain
import Synchronization

/// A forward-running clock that a test turns by hand.
package final class TurnedUptime: Sendable {
    private let elapsed = Mutex(Duration.seconds(1000))

    package init() {}

    package var uptime: Uptime {
        Uptime { self.elapsed.withLock { $0 } }
    }

    package func advance(by duration: Duration) {
        self.elapsed.withLock { $0 += duration }
    }
}
