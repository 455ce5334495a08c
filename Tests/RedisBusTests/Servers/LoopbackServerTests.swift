import NIOCore
import NIOPosix
import TestServers
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct LoopbackServerTests {
    @Test func itIsKilledAndComesBackOnTheSamePort() async throws {
        try await RedisServer.with { redis in
            let port = redis.server.port
            #expect(try await Self.ask("PING\r\n", port: port) == "+PONG\r\n")
            await redis.server.kill()
            #expect(await redis.server.isRunning == false)
            await #expect(throws: (any Error).self) { try await Self.ask("PING\r\n", port: port) }
            try await redis.server.restart()
            #expect(try await Self.ask("PING\r\n", port: port) == "+PONG\r\n")
            await redis.server.terminate()
            #expect(await redis.server.isRunning == false)
        }
    }

    @Test func itEndsWithAClosureThatThrows() async throws {
        struct Thrown: Error {}
        var port = 0
        await #expect(throws: Thrown.self) {
            try await RedisServer.with { redis in
                port = redis.server.port
                await redis.server.pause()
                throw Thrown()
            }
        }
        await #expect(throws: (any Error).self) { try await Self.ask("PING\r\n", port: port) }
    }

    @Test func itKeepsItsDataWhenTold() async throws {
        try await RedisServer.with(keepsData: true) { redis in
            #expect(try await Self.ask("SET a 1\r\n", port: redis.server.port) == "+OK\r\n")
            try await redis.server.restart()
            try await within(.seconds(30), "the data is back") {
                // While it loads its file it says so instead.
                while try await Self.ask("GET a\r\n", port: redis.server.port) != "$1\r\n1\r\n" { await Task.yield() }
            }
        }
    }

    @Test func aProgramThatDoesNotStartSaysWhy() async throws {
        await #expect(throws: LoopbackServer.Failure.self) {
            try await RedisServer.with(arguments: ["--no-such-setting", "1"]) { _ in }
        }
    }

    @Test func theProxyDelaysCutsAndRefuses() async throws {
        try await RedisServer.with { redis in
            try await FaultyProxy.with(before: redis.server.port) { proxy in
                #expect(try await Self.ask("PING\r\n", port: proxy.port) == "+PONG\r\n")
                proxy.delay(by: .milliseconds(200))
                let time = try await ContinuousClock().measure {
                    _ = try await Self.ask("PING\r\n", port: proxy.port)
                }
                #expect(time >= .milliseconds(400))
                try await proxy.refuseNew()
                await #expect(throws: (any Error).self) { try await Self.ask("PING\r\n", port: proxy.port) }
                try await proxy.acceptNew()
                proxy.delay(by: .zero)
                #expect(try await Self.ask("PING\r\n", port: proxy.port) == "+PONG\r\n")
            }
        }
    }

    /// Sends text and returns the first answer.
    static func ask(_ text: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { answers, writer in
            try await writer.write(ByteBuffer(string: text))
            for try await answer in answers { return String(buffer: answer) }
            throw ChannelError.eof
        }
    }
}
