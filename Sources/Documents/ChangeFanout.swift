import Synchronization

/// Hands each change to everybody who watches the collection; a slow one is told so and left alone.
package final class ChangeFanout: Sendable {
    private struct Subscriber {
        let collection: String
        let continuation: AsyncStream<DocumentChange>.Continuation
    }

    /// Changes that wait for one reader; the last place is kept for the word that it fell behind.
    private static let capacity = 1024

    private struct State {
        var next = 0
        var subscribers: [Int: Subscriber] = [:]
        var counts: [String: [ChangeCount]] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func subscribe(to collection: String) -> AsyncStream<DocumentChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DocumentChange.self,
            bufferingPolicy: .bufferingOldest(Self.capacity + 1)
        )
        let key = self.state.withLock { state in
            state.next += 1
            state.subscribers[state.next] = Subscriber(collection: collection, continuation: continuation)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in state.subscribers[key] = nil }
        }
        return stream
    }

    /// Counts the collections' changes from now on; a count moves before `send` returns.
    package func count(_ collections: [String]) -> ChangeCount {
        let count = ChangeCount()
        self.state.withLock { state in
            for collection in collections { state.counts[collection, default: []].append(count) }
        }
        return count
    }

    package func send(_ changes: [DocumentChange], of collection: String) {
        guard !changes.isEmpty else { return }
        let behind = self.state.withLock { state -> [AsyncStream<DocumentChange>.Continuation] in
            for count in state.counts[collection] ?? [] { count.advance() }
            var behind: [AsyncStream<DocumentChange>.Continuation] = []
            for (key, subscriber) in state.subscribers where subscriber.collection == collection {
                guard Self.deliver(changes, to: subscriber.continuation) else {
                    state.subscribers[key] = nil
                    behind.append(subscriber.continuation)
                    continue
                }
            }
            return behind
        }
        // Outside the lock: ending a stream calls back into it.
        for continuation in behind {
            continuation.yield(.lost)
            continuation.finish()
        }
    }

    /// Tells everybody who watches the collection that changes are gone, which ends their streams.
    package func lose(_ collection: String) {
        let gone = self.state.withLock { state in
            let gone = state.subscribers.filter { $0.value.collection == collection }
            for key in gone.keys { state.subscribers[key] = nil }
            return gone.values.map(\.continuation)
        }
        for continuation in gone {
            continuation.yield(.lost)
            continuation.finish()
        }
    }

    /// `false` when only the last place is left.
    private static func deliver(
        _ changes: [DocumentChange],
        to continuation: AsyncStream<DocumentChange>.Continuation
    ) -> Bool {
        for change in changes {
            switch continuation.yield(change) {
            case .enqueued(let remaining) where remaining > 1: continue
            case .terminated: return true
            default: return false
            }
        }
        return true
    }
}
