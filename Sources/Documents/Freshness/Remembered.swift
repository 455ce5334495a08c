package import Domain
import Synchronization

/// A few values that were read a moment ago, for as long as nothing that they were read from has changed.
///
/// What changes invalidates everything at once: the collections that it is used for change seldom and are read all the
/// time. `lifetime` is a second rope: no value is older, whatever happens to the news of changes.
package final class Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var count: Int
        var until: Duration
    }

    private let changes: ChangeCount?
    private let capacity: Int
    private let lifetime: Duration
    private let uptime: Uptime
    private let entries = Mutex<[Key: Entry]>([:])

    /// Without `changes` nothing is ever kept.
    package init(
        until changes: ChangeCount?,
        capacity: Int,
        lifetime: Duration = .seconds(3),
        uptime: Uptime = .live
    ) {
        self.changes = changes
        self.capacity = capacity
        self.lifetime = lifetime
        self.uptime = uptime
    }

    /// The value that is still true, or the one that `read` brings; `nil` is not kept.
    package func value(for key: Key, read: () async throws -> Value?) async throws -> Value? {
        guard let count = self.changes?.current else { return try await read() }
        let now = self.uptime.now
        let known = self.entries.withLock { $0[key] }
        if let known, known.count == count, known.until > now { return known.value }
        guard let value = try await read() else { return nil }
        self.entries.withLock { entries in
            if entries.count >= self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(value: value, count: count, until: now + self.lifetime)
        }
        return value
    }

    /// For tests.
    package var keptCount: Int { self.entries.withLock { $0.count } }
}
