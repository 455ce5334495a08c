import Bus
import Domain
import Foundation
import NIOCore
import RedisBus
import TestServers
import TestSupport
import Testing

/// What only an engine between processes promises.
@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct RedisBusTests {
    private static let key = LogKey("{run:1}:stream")

    @Test func passwordsAreUsedAndWrongOnesSaidSo() async throws {
        try await RedisServer.with(password: "geheim") { redis in
            let port = redis.server.port
            try await withRedisBus(at: redis.url) { try await $0.ping() }
            try await withRedisBus(at: "redis://default:geheim@127.0.0.1:\(port)/3") { bus in
                try await bus.setValue(ByteBuffer(string: "1"), for: "k", expiringAfter: .seconds(60))
                #expect(try await bus.value(for: "k") == ByteBuffer(string: "1"))
            }
            for url in [
                "redis://127.0.0.1:\(port)", "redis://:wrong@127.0.0.1:\(port)", "redis://ann:x@127.0.0.1:\(port)",
            ] {
                try await withRedisBus(at: url) { bus in
                    await #expect(throws: RedisBusError.notSignedIn) { try await bus.ping() }
                    await #expect(throws: RedisBusError.notSignedIn) { _ = try await bus.subscribe(to: "c") }
                }
            }
        }
        try await RedisServer.with { redis in
            try await withRedisBus(at: "redis://:unwanted@127.0.0.1:\(redis.server.port)") { bus in
                await #expect(throws: RedisBusError.notSignedIn) { try await bus.ping() }
            }
        }
    }

    @Test func databasesAndNamesKeepTwoInstallationsApart() async throws {
        try await RedisServer.with { redis in
            var other = RedisBus.Settings()
            other.name = "other"
            try await withRedisBus(at: redis.url) { first in
                try await withRedisBus(at: redis.url + "/1") { second in
                    try await withRedisBus(at: redis.url, settings: other) { third in
                        let heard = try await first.subscribe(to: "c")
                        for bus in [second, third, first] {
                            try await bus.publish(ByteBuffer(string: bus === first ? "own" : "strange"), to: "c")
                            #expect(try await bus.acquireLock("l", owner: UUID().uuidString, for: .seconds(60)))
                        }
                        var iterator = heard.makeAsyncIterator()
                        #expect(await iterator.next() == .message(ByteBuffer(string: "own")))
                    }
                }
            }
        }
    }

    @Test func whatOneProcessWritesAnotherReads() async throws {
        try await RedisServer.with { redis in
            try await withRedisBus(at: redis.url) { writer in
                try await withRedisBus(at: redis.url) { reader in
                    try await writer.createLog(Self.key, limits: .turn)
                    let log = try await reader.readLog(Self.key, after: 0)
                    async let seen = log.reduce(into: [Int]()) { $0 += $1.map(\.sequence) }
                    for _ in 0..<300 { try await writer.append([ByteBuffer(string: "x")], to: Self.key) }
                    try await reader.finishLog(Self.key)
                    #expect(try await seen == Array(1...300))
                    await #expect(throws: LogError.finished) { try await writer.append([ByteBuffer()], to: Self.key) }
                }
            }
        }
    }

    @Test(arguments: [
        ByteBuffer(), ByteBuffer(string: "\r\n$5\r\n+OK\r\n"), ByteBuffer(bytes: [0, 0xFF, 0, 0x0D, 0x0A]),
        ByteBuffer(repeating: 0x0D, count: 1_048_576),
    ])
    func everyByteComesBackAsItWas(_ payload: ByteBuffer) async throws {
        try await withRedisBus { bus, _ in
            try await bus.setValue(payload, for: "k\r\n\0", expiringAfter: .seconds(60))
            #expect(try await bus.takeValue(for: "k\r\n\0") == payload)
            let heard = try await bus.subscribe(to: "c\r\n d")
            try await bus.publish(payload, to: "c\r\n d")
            var iterator = heard.makeAsyncIterator()
            #expect(await iterator.next() == .message(payload))
            let key = LogKey("}{\r\n\0")
            try await bus.createLog(key, limits: .turn)
            try await bus.append([payload, ByteBuffer(string: "end")], to: key)
            try await bus.finishLog(key)
            let records = try await bus.readLog(key, after: 0).reduce(into: []) { $0 += $1 }
            #expect(records.map(\.payload) == [payload, ByteBuffer(string: "end")])
        }
    }

    @Test func twoHundredViewersReadTheLogOnce() async throws {
        try await withRedisBus { bus, redis in
            try await bus.createLog(Self.key, limits: .turn)
            let before = try await Self.calls("xrange", redis)
            try await within(.seconds(120), "all end") {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            try await bus.readLog(Self.key, after: 0).reduce(0) { $0 + $1.count }
                        }
                    }
                    for _ in 0..<300 { try await bus.append([ByteBuffer(string: "x")], to: Self.key) }
                    #expect(try await bus.usage().logs <= 1)
                    try await bus.finishLog(Self.key)
                    for try await count in group { #expect(count == 300) }
                }
            }
            let calls = try await Self.calls("xrange", redis) - before
            #expect(calls < 1000, "\(calls) reads for 200 viewers of 300 records")
            try await Self.condition("nothing is left behind") { try await bus.usage() == (0, 0) }
        }
    }

    @Test func aReaderThatNeverReadsHoldsBackNobody() async throws {
        try await withRedisBus { bus, _ in
            let limits = LogLimits(maximumRecords: 100, maximumBytes: 1_000_000, lifetime: .seconds(60))
            try await bus.createLog(Self.key, limits: limits)
            let idle = try await bus.readLog(Self.key, after: 0)
            var held = idle.makeAsyncIterator()
            let silent = try await bus.subscribe(to: "c")
            try await within(.seconds(120), "the others go on") {
                for number in 1...2000 {
                    try await bus.append([ByteBuffer(repeating: 0x41, count: 1000)], to: Self.key)
                    if number <= 300 { try await bus.publish(ByteBuffer(string: "\(number)"), to: "c") }
                }
                let last = try await bus.readLog(Self.key, after: 1950)
                var iterator = last.makeAsyncIterator()
                #expect(try await iterator.next()?.first?.sequence == 1951)
            }
            await #expect(throws: LogError.trimmed(oldest: 1901)) { _ = try await held.next() }
            var elements = 0
            var end: BusSubscription.Element?
            for await element in silent {
                elements += 1
                end = element
            }
            #expect(end == .overflow && elements <= 258)
        }
    }

    @Test func aWaitingReaderIsWokenAndEndsWithAnExpiredLog() async throws {
        var settings = RedisBus.Settings()
        settings.wakeInterval = .milliseconds(100)
        try await withRedisBus(settings: settings) { bus, _ in
            let limits = LogLimits(maximumRecords: 10, maximumBytes: 1000, lifetime: .seconds(1))
            try await bus.createLog(Self.key, limits: limits)
            try await within(.seconds(60), "woken, then told") {
                var empty = 0
                await #expect(throws: LogError.noSuchLog) {
                    for try await batch in try await bus.readLog(Self.key, after: 0) { empty += batch.isEmpty ? 1 : 0 }
                }
                #expect(empty > 0)
            }
        }
    }

    @Test func aReplacedLogEndsItsReadersWithAnError() async throws {
        try await withRedisBus { bus, _ in
            try await bus.createLog(Self.key, limits: .turn)
            try await bus.append([ByteBuffer(string: "old")], to: Self.key)
            var reader = try await bus.readLog(Self.key, after: 0).makeAsyncIterator()
            #expect(try await reader.next()?.count == 1)
            try await bus.createLog(Self.key, limits: .turn)
            await #expect(throws: LogError.noSuchLog) {
                while let batch = try await reader.next() { #expect(batch.isEmpty) }
            }
        }
    }

    @Test func lastSubscribersLeaveNothingBehind() async throws {
        try await withRedisBus { bus, _ in
            for round in 0..<50 {
                let first = try await bus.subscribe(to: "c")
                let second = try await bus.subscribe(to: "c")
                try await bus.publish(ByteBuffer(string: "\(round)"), to: "c")
                for subscription in [first, second] {
                    var iterator = subscription.makeAsyncIterator()
                    #expect(await iterator.next() == .message(ByteBuffer(string: "\(round)")))
                }
            }
            try await Self.condition("no channel is left") { try await bus.usage().channels == 0 }
        }
    }

    @Test func aBusThatWasShutDownRefuses() async throws {
        try await withRedisBus { bus, _ in
            let subscription = try await bus.subscribe(to: "c")
            try await bus.createLog(Self.key, limits: .turn)
            let reader = try await bus.readLog(Self.key, after: 0)
            async let reading = failure(ofReading: reader)
            await bus.shutdown()
            await #expect(throws: RedisBusError.shutDown) { try await bus.ping() }
            await #expect(throws: RedisBusError.shutDown) { _ = try await bus.subscribe(to: "c") }
            #expect(try await reading == .shutDown)
            for await element in subscription { #expect(element == .overflow) }
        }
    }

    /// How often Redis was asked for this command.
    private static func calls(_ command: String, _ redis: RedisServer) async throws -> Int {
        let text = try await LoopbackServerTests.ask("INFO commandstats\r\n", port: redis.server.port)
        guard let line = text.split(separator: "\r\n").first(where: { $0.hasPrefix("cmdstat_\(command):calls=") })
        else {
            return 0
        }
        return Int(line.dropFirst("cmdstat_\(command):calls=".count).prefix { $0.isNumber }) ?? 0
    }

    private static func condition(_ what: String, _ holds: @escaping @Sendable () async throws -> Bool) async throws {
        try await within(.seconds(30), what) {
            while try await !holds() { try await ContinuousClock().sleep(for: .milliseconds(10)) }
        }
    }
}
