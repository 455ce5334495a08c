/// A clock that only runs forward, for deadlines inside one process; tests turn it by hand.
package struct Uptime: Sendable {
    private let read: @Sendable () -> Duration

    package init(_ read: @escaping @Sendable () -> Duration) {
        self.read = read
    }

    /// The time since some moment that never changes while the process lives.
    package var now: Duration { self.read() }

    package static let live: Self = {
        let start = ContinuousClock.now
        return Self { start.duration(to: .now) }
    }()
}
