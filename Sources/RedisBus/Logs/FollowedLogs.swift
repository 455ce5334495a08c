import Bus
import Synchronization

/// The logs that are followed in this process, each once.
final class FollowedLogs: Sendable {
    private struct Followed {
        var follower: LogFollower
        var readers = 0
    }

    /// One generation of a log.
    private struct Key: Hashable {
        var log: LogKey
        var generation: String
    }

    private let store: LogStore
    private let channels: RedisChannels
    private let patience: Patience
    private let followed = Mutex<[Key: Followed]>([:])

    init(store: LogStore, channels: RedisChannels, patience: Patience) {
        self.store = store
        self.channels = channels
        self.patience = patience
    }

    var count: Int { self.followed.withLock { $0.count } }

    /// - Throws: `LogError`, or `RedisBusError` when Redis cannot be asked.
    func read(_ log: LogKey, after cursor: Int) async throws -> LogReader {
        guard let page = try await self.store.read(log, after: cursor, count: 0) else { throw LogError.noSuchLog }
        let cursor = max(0, cursor)
        if cursor + 1 < page.state.firstSequence { throw LogError.trimmed(oldest: page.state.firstSequence) }
        return LogReader {
            let seat = self.seat(log, page, after: cursor)
            let position = Mutex(cursor)
            return {
                let batch = try await seat.follower.next(after: position.withLock { $0 })
                if let last = batch?.last { position.withLock { $0 = last.sequence } }
                return batch
            }
        }
    }

    func tick() {
        for followed in self.followed.withLock({ Array($0.values) }) { followed.follower.tick() }
    }

    func stop() {
        for followed in self.followed.withLock({ Array($0.values) }) {
            followed.follower.fail(with: RedisBusError.shutDown)
            followed.follower.stop()
        }
    }

    /// A reader's place; giving it up is dropping it.
    private final class Seat: Sendable {
        let follower: LogFollower
        private let leave: @Sendable () -> Void

        init(_ follower: LogFollower, leave: @escaping @Sendable () -> Void) {
            self.follower = follower
            self.leave = leave
        }

        deinit { self.leave() }
    }

    private func seat(_ log: LogKey, _ page: LogPage, after cursor: Int) -> Seat {
        let key = Key(log: log, generation: page.generation)
        let names = LogNames(log, space: self.store.space)
        let (follower, isNew) = self.followed.withLock { followed in
            if let known = followed[key], !known.follower.hasFailed {
                followed[key]?.readers += 1
                return (known.follower, false)
            }
            let channels = self.channels
            let follower = LogFollower(
                log,
                generation: page.generation,
                // What is far behind the end is not shared; readers ask for it themselves.
                after: max(min(cursor, page.state.lastSequence), page.state.lastSequence - LogStore.pageRecords),
                store: self.store,
                patience: self.patience,
                notes: { try await channels.subscribe(to: names.notes, need: .latestMessage) }
            )
            followed[key] = Followed(follower: follower, readers: 1)
            return (follower, true)
        }
        if isNew { follower.start() }
        return Seat(follower) { [weak self, weak follower] in self?.leave(key, follower) }
    }

    private func leave(_ key: Key, _ follower: LogFollower?) {
        let isAbandoned = self.followed.withLock { followed in
            // One that failed may have been replaced already.
            guard let known = followed[key], known.follower === follower else { return false }
            followed[key]?.readers -= 1
            guard known.readers <= 1 else { return false }
            followed[key] = nil
            return true
        }
        if isAbandoned { follower?.stop() }
    }
}
