import Foundation

/// Says what time it is, for stamps; waiting is a `Clock`'s job.
package struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    package init(_ read: @escaping @Sendable () -> Timestamp) {
        self.read = read
    }

    package var now: Timestamp { self.read() }

    package static let live = Self { Timestamp(Date()) }
}
