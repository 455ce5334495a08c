import Bus
import NIOCore
import Testing

@testable import RedisBus

/// Who is told what, with answers that the test gives; no socket.
@Suite struct ChannelTableTests {
    /// What the table asked for, and how to answer it.
    private final class Asked {
        var commands: [ByteBuffer] = []
        var answers: [(Result<RedisValue, RedisBusError>) -> Void] = []

        func answer(_ result: Result<RedisValue, RedisBusError> = .success(.null)) {
            self.answers.removeFirst()(result)
        }
    }

    /// A place at the channel `c`.
    private final class Listener {
        let stream: AsyncStream<BusSubscription.Element>
        var hasJoined = false
        var refusal: RedisBusError?
        var id = 0
        private let continuation: ChannelTable.Continuation

        init(_ table: ChannelTable) {
            (self.stream, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(257))
            self.id = table.join("c", self.continuation, need: .everyMessage) { refusal in
                self.refusal = refusal
                self.hasJoined = refusal == nil
            }
        }

        /// Everything that was said to it.
        func heard() async -> [BusSubscription.Element] {
            self.continuation.finish()
            return await self.stream.reduce(into: []) { $0.append($1) }
        }
    }

    private static func table() -> (ChannelTable, Asked) {
        let asked = Asked()
        return (
            ChannelTable {
                asked.commands.append($0.bytes)
                asked.answers.append($1)
            }, asked
        )
    }

    private static func message(_ text: String) -> RedisValue {
        .list(["message", "c", text].map { .text(ByteBuffer(string: $0)) })
    }

    private static let subscribe = RedisCommand(["SUBSCRIBE", "c"]).bytes
    private static let unsubscribe = RedisCommand(["UNSUBSCRIBE", "c"]).bytes
    private static let ping = RedisCommand(["PING"]).bytes

    @Test func aChannelIsSubscribedOnceAndLeftOnce() {
        let (table, asked) = Self.table()
        let listeners = (0..<3).map { _ in Listener(table) }
        #expect(asked.commands == [Self.subscribe])
        #expect(listeners.allSatisfy { !$0.hasJoined })
        asked.answer()
        #expect(listeners.allSatisfy { $0.hasJoined })
        for listener in listeners { table.leave("c", listener.id) }
        #expect(asked.commands == [Self.subscribe, Self.unsubscribe])
        #expect(table.channelCount == 0)
        _ = Listener(table)
        #expect(asked.commands == [Self.subscribe, Self.unsubscribe, Self.subscribe])
    }

    @Test func whoComesLaterHearsNothingThatWasSaidBefore() async {
        let (table, asked) = Self.table()
        let first = Listener(table)
        asked.answer()
        let second = Listener(table)
        #expect(asked.commands == [Self.subscribe, Self.ping])
        // Said before the second came, and still on its way then.
        table.deliver(Self.message("1"))
        #expect(!second.hasJoined)
        asked.answer()
        #expect(second.hasJoined)
        table.deliver(Self.message("2"))
        #expect(await first.heard() == [.message(ByteBuffer(string: "1")), .message(ByteBuffer(string: "2"))])
        #expect(await second.heard() == [.message(ByteBuffer(string: "2"))])
    }

    @Test func aNewConnectionEndsThoseWhoListenedAndKeepsThoseWhoWait() async {
        let (table, asked) = Self.table()
        let heard = Listener(table)
        asked.answer()
        let late = Listener(table)
        table.reopened()
        #expect(late.hasJoined)
        #expect(await heard.heard() == [.overflow])
        #expect(await late.heard() == [.overflow])
        asked.answer()

        let waiting = Listener(table)
        table.reopened()
        #expect(!waiting.hasJoined)
        asked.answer()
        #expect(waiting.hasJoined)
        #expect(await waiting.heard() == [])
    }

    @Test func aRefusedSubscriptionIsSaidToAllAndTriedAgainByTheNext() {
        let (table, asked) = Self.table()
        let listeners = (0..<2).map { _ in Listener(table) }
        asked.answer(.failure(.unavailable))
        #expect(listeners.allSatisfy { $0.refusal == .unavailable })
        #expect(table.channelCount == 0)
        _ = Listener(table)
        #expect(asked.commands == [Self.subscribe, Self.subscribe])
    }
}
