import Bus
import NIOCore
import Synchronization

/// Hands messages to the subscribers of a channel; one that falls behind is told so and left alone.
final class Channels: Sendable {
    /// Messages that wait for one subscriber; the last place is kept for the word that it fell behind.
    private static let capacity = 256

    private struct State {
        var next = 0
        var subscribers: [Bus.Channel: [Int: AsyncStream<BusSubscription.Element>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    func publish(_ message: ByteBuffer, to channel: Bus.Channel) {
        let overflowing = self.state.withLock { state -> [AsyncStream<BusSubscription.Element>.Continuation] in
            var overflowing: [AsyncStream<BusSubscription.Element>.Continuation] = []
            for (key, continuation) in state.subscribers[channel] ?? [:] {
                guard case .enqueued(let remaining) = continuation.yield(.message(message)), remaining > 1 else {
                    overflowing.append(continuation)
                    state.subscribers[channel]?[key] = nil
                    continue
                }
            }
            return overflowing
        }
        for continuation in overflowing {
            continuation.yield(.overflow)
            continuation.finish()
        }
    }

    func subscribe(to channel: Bus.Channel) -> BusSubscription {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BusSubscription.Element.self,
            bufferingPolicy: .bufferingOldest(Self.capacity + 1)
        )
        let key = self.state.withLock { state in
            state.next += 1
            state.subscribers[channel, default: [:]][state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.subscribers[channel]?[key] = nil
                if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
            }
        }
        return BusSubscription(stream)
    }
}
