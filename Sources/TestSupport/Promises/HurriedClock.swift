/// A clock on which every wait is over as soon as others had their turn, and is told to the test.
package struct HurriedClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    private let start = ContinuousClock.now
    private let onSleep: @Sendable (Duration) -> Void

    package init(onSleep: @escaping @Sendable (Duration) -> Void = { _ in }) {
        self.onSleep = onSleep
    }

    /// It stands still, so that what is told is the pause that was asked for.
    package var now: Instant { self.start }
    package var minimumResolution: Duration { .zero }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        self.onSleep(self.start.duration(to: deadline))
        await Task.yield()
        try Task.checkCancellation()
    }
}
