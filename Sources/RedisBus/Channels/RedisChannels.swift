import Bus
import NIOCore

/// The subscriber's connection and its table, for callers from anywhere.
final class RedisChannels: Sendable {
    private let link: RedisLink
    private let table: NIOLoopBoundBox<ChannelTable?>

    init(_ link: RedisLink) {
        self.link = link
        self.table = .makeEmptyBox(valueType: ChannelTable.self, eventLoop: link.eventLoop)
    }

    func start() {
        self.link.start {
            let table = ChannelTable { self.link.submit($0, $1) }
            self.table.value = table
            return { event in
                switch event {
                case .opened: table.reopened()
                case .message(let value): table.deliver(value)
                }
            }
        }
    }

    /// Messages from now on: when this returns, the subscription stands.
    func subscribe(
        to channel: String,
        need: ChannelTable.Need = .everyMessage
    ) async throws -> AsyncStream<BusSubscription.Element> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BusSubscription.Element.self,
            bufferingPolicy: need == .everyMessage
                ? .bufferingOldest(ChannelTable.capacity + 1) : .bufferingNewest(1)
        )
        let (eventLoop, box) = (self.link.eventLoop, self.table)
        let refusal: RedisBusError? = await withCheckedContinuation { answer in
            eventLoop.execute {
                guard let table = box.value else { return answer.resume(returning: .shutDown) }
                let id = table.join(channel, continuation, need: need) { answer.resume(returning: $0) }
                continuation.onTermination = { _ in
                    eventLoop.execute { box.value?.leave(channel, id) }
                }
            }
        }
        if let refusal { throw refusal }
        return stream
    }

    func nudge() {
        self.link.eventLoop.execute { self.table.value?.nudge() }
    }

    func channelCount() async throws -> Int {
        try await self.link.eventLoop.submit { self.table.value?.channelCount ?? 0 }.get()
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            self.link.eventLoop.execute {
                self.table.value?.close()
                self.table.value = nil
                continuation.resume()
            }
        }
        await self.link.stop()
    }
}
