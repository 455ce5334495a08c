import Documents
import Synchronization

/// Hands each change to everybody who watches the collection; a slow one is told that it lost some.
final class ChangeFanout: Sendable {
    private struct Subscriber {
        let collection: String
        let continuation: AsyncStream<DocumentChange>.Continuation
        var isBehind = false
    }

    /// Changes that wait for one reader.
    private static let capacity = 1024

    private struct State {
        var next = 0
        var subscribers: [Int: Subscriber] = [:]
    }

    private let state = Mutex(State())

    func subscribe(to collection: String) -> AsyncStream<DocumentChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DocumentChange.self,
            bufferingPolicy: .bufferingOldest(Self.capacity)
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

    func send(_ changes: [DocumentChange], of collection: String) {
        guard !changes.isEmpty else { return }
        self.state.withLock { state in
            for key in Array(state.subscribers.keys) where state.subscribers[key]?.collection == collection {
                guard var subscriber = state.subscribers[key] else { continue }
                for change in changes {
                    // After a loss the reader hears of it first, as soon as there is room again.
                    if subscriber.isBehind {
                        guard case .enqueued = subscriber.continuation.yield(.lost) else { continue }
                        subscriber.isBehind = false
                    }
                    if case .dropped = subscriber.continuation.yield(change) { subscriber.isBehind = true }
                }
                state.subscribers[key] = subscriber
            }
        }
    }
}
