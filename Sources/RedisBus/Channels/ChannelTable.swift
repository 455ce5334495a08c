import Bus
import NIOCore

/// Who listens to what in this process: one SUBSCRIBE a channel, fanned out to bounded queues.
///
/// Lives on the event loop of the subscriber's connection, so that what it asks for and what comes are in order.
/// A connection that was lost may have cost messages: when it is back, everybody who listened gets `.overflow` and
/// starts again.
final class ChannelTable {
    /// Messages that wait for one subscriber; the last place is kept for the word that it fell behind.
    static let capacity = 256

    /// What a subscriber wants to keep while it does not read.
    enum Need: Sendable {
        case everyMessage
        /// Only that something came: for those who then read a log.
        case latestMessage
    }

    typealias Continuation = AsyncStream<BusSubscription.Element>.Continuation
    typealias Joined = (RedisBusError?) -> Void

    private struct Subscriber {
        var continuation: Continuation
        var need: Need
        /// Called when the subscription stands; `nil` once it does.
        var joined: Joined?
    }

    private struct Entry {
        var subscribers: [Int: Subscriber] = [:]
        var stands = false
    }

    private let submit: (RedisCommand, @escaping (Result<RedisValue, RedisBusError>) -> Void) -> Void
    private var entries: [String: Entry] = [:]
    private var nextID = 0

    init(submit: @escaping (RedisCommand, @escaping (Result<RedisValue, RedisBusError>) -> Void) -> Void) {
        self.submit = submit
    }

    /// How many channels are subscribed or about to be.
    var channelCount: Int { self.entries.count }

    func join(_ channel: String, _ continuation: Continuation, need: Need, joined: @escaping Joined) -> Int {
        self.nextID += 1
        let id = self.nextID
        let isFirst = self.entries[channel] == nil
        let stands = self.entries[channel]?.stands ?? false
        self.entries[channel, default: Entry()].subscribers[id] = Subscriber(
            continuation: continuation,
            need: need,
            joined: joined
        )
        if isFirst {
            self.submit(RedisCommand(["SUBSCRIBE", RedisCommand.Argument(channel)], isRepeatable: true)) { result in
                self.settle(channel, result)
            }
        } else if stands {
            // What was said before may still be on its way; it comes before the answer to this.
            self.submit(RedisCommand(["PING"], isRepeatable: true)) { result in self.admit(channel, id, result) }
        }
        return id
    }

    func leave(_ channel: String, _ id: Int) {
        guard let subscriber = self.entries[channel]?.subscribers.removeValue(forKey: id) else { return }
        subscriber.joined?(.shutDown)
        self.dropIfEmpty(channel)
    }

    func deliver(_ value: RedisValue) {
        guard let parts = value.list, parts.count == 3, let name = parts[1].bytes, let message = parts[2].bytes else {
            return
        }
        let channel = String(buffer: name)
        guard let entry = self.entries[channel] else { return }
        for (id, subscriber) in entry.subscribers where subscriber.joined == nil {
            let outcome = subscriber.continuation.yield(.message(message))
            guard subscriber.need == .everyMessage else { continue }
            if case .enqueued(let remaining) = outcome, remaining > 1 { continue }
            self.entries[channel]?.subscribers[id] = nil
            subscriber.continuation.yield(.overflow)
            subscriber.continuation.finish()
        }
        self.dropIfEmpty(channel)
    }

    /// A new connection: it knows no channel, and what was said meanwhile is lost.
    func reopened() {
        for (channel, entry) in self.entries where entry.stands {
            self.entries[channel] = nil
            for subscriber in entry.subscribers.values {
                subscriber.continuation.yield(.overflow)
                subscriber.continuation.finish()
                subscriber.joined?(nil)
            }
        }
    }

    /// Wakes those who wait for a log, so that they look whether it still exists.
    func nudge() {
        for entry in self.entries.values {
            for subscriber in entry.subscribers.values where subscriber.need == .latestMessage {
                subscriber.continuation.yield(.message(ByteBuffer()))
            }
        }
    }

    func close() {
        for entry in self.entries.values {
            for subscriber in entry.subscribers.values {
                subscriber.joined?(.shutDown)
                subscriber.continuation.yield(.overflow)
                subscriber.continuation.finish()
            }
        }
        self.entries = [:]
    }

    private func settle(_ channel: String, _ result: Result<RedisValue, RedisBusError>) {
        guard let entry = self.entries[channel], !entry.stands else { return }
        switch result {
        case .success:
            self.entries[channel]?.stands = true
            for (id, subscriber) in entry.subscribers {
                self.entries[channel]?.subscribers[id]?.joined = nil
                subscriber.joined?(nil)
            }
            // Everybody may have left while Redis was asked.
            self.dropIfEmpty(channel)
        case .failure(let error):
            self.entries[channel] = nil
            for subscriber in entry.subscribers.values {
                subscriber.joined?(error)
                subscriber.continuation.finish()
            }
        }
    }

    /// Lets one more listen to a channel that others hear already.
    private func admit(_ channel: String, _ id: Int, _ result: Result<RedisValue, RedisBusError>) {
        guard let subscriber = self.entries[channel]?.subscribers[id], let joined = subscriber.joined else { return }
        switch result {
        case .success:
            self.entries[channel]?.subscribers[id]?.joined = nil
            joined(nil)
        case .failure(let error):
            self.entries[channel]?.subscribers[id] = nil
            joined(error)
            subscriber.continuation.finish()
            self.dropIfEmpty(channel)
        }
    }

    private func dropIfEmpty(_ channel: String) {
        guard let entry = self.entries[channel], entry.subscribers.isEmpty, entry.stands else { return }
        self.entries[channel] = nil
        self.submit(RedisCommand(["UNSUBSCRIBE", RedisCommand.Argument(channel)])) { _ in }
    }
}
