import Domain
import Synchronization

/// An uptime that a test turns by hand.
final class TestUptime: Sendable {
    private let time = Mutex(Duration.zero)

    var uptime: Uptime { Uptime { self.time.withLock { $0 } } }

    func advance(by duration: Duration) {
        self.time.withLock { $0 += duration }
    }
}
