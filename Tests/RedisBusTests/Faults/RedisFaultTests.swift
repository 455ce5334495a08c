import Bus
import Domain
import NIOCore
import RedisBus
import Synchronization
import TestServers
import TestSupport
import Testing

/// Redis is killed, restarted, slowed and cut off while the bus is used; nothing hangs, nothing is made up.
@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct RedisFaultTests {
    private static let key = LogKey("{run:1}:stream")

    private static var quick: RedisBus.Settings {
        var settings = RedisBus.Settings()
        settings.patience = .seconds(10)
        settings.wakeInterval = .milliseconds(200)
        return settings
    }

    @Test func twoHundredReadersResumeAfterARestartThatKeptTheData() async throws {
        try await withRedisBus(settings: Self.quick, keepsData: true) { bus, redis in
            try await bus.createLog(Self.key, limits: .turn)
            let started = Tally()
            try await within(.seconds(120), "all readers end") {
                try await withThrowingTaskGroup(of: [Int].self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            var seen: [Int] = []
                            for try await batch in try await bus.readLog(Self.key, after: 0) {
                                if seen.isEmpty, !batch.isEmpty { started.add() }
                                seen += batch.map(\.sequence)
                            }
                            return seen
                        }
                    }
                    for number in 1...50 { try await bus.append([ByteBuffer(string: "\(number)")], to: Self.key) }
                    while started.count < 200 { try await Task.sleep(for: .milliseconds(10)) }
                    try await redis.server.restart()
                    for number in 51...100 {
                        try await Self.eventually {
                            // What was interrupted may have been written; the log itself says.
                            let last = try await bus.logState(Self.key)?.lastSequence ?? 0
                            if last < number { try await bus.append([ByteBuffer(string: "\(number)")], to: Self.key) }
                        }
                    }
                    try await Self.eventually { try await bus.finishLog(Self.key) }
                    var readers = 0
                    for try await seen in group {
                        #expect(seen == Array(1...100), "each record once")
                        readers += 1
                    }
                    #expect(readers == 200)
                }
            }
        }
    }

    @Test func readersLearnThatRedisForgotTheirLog() async throws {
        try await withRedisBus(settings: Self.quick) { bus, redis in
            try await bus.createLog(Self.key, limits: .turn)
            try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            let started = Tally()
            try await within(.seconds(120), "all readers end") {
                try await withThrowingTaskGroup(of: LogError?.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            do {
                                for try await batch in try await bus.readLog(Self.key, after: 0) where !batch.isEmpty {
                                    started.add()
                                }
                                return nil
                            } catch let error as LogError {
                                return error
                            }
                        }
                    }
                    while started.count < 200 { try await Task.sleep(for: .milliseconds(10)) }
                    try await redis.server.restart()
                    for try await error in group { #expect(error == .noSuchLog) }
                }
                try await Self.eventually {
                    do {
                        try await bus.append([ByteBuffer()], to: Self.key)
                        Issue.record("a log that is gone took a record")
                    } catch let error as LogError {
                        #expect(error == .noSuchLog)
                    }
                }
            }
        }
    }

    @Test func whileRedisStaysAwayEverythingEndsWithATypedError() async throws {
        var settings = Self.quick
        settings.patience = .milliseconds(500)
        settings.outagePatience = .seconds(1)
        try await withRedisBus(settings: settings) { bus, redis in
            // The short patience may be too short for a busy machine; the start is not what is tested.
            try await Self.eventually { try await bus.createLog(Self.key, limits: .turn) }
            let reader = try await Self.eventually { try await bus.readLog(Self.key, after: 0) }
            try await within(.seconds(60), "errors come") {
                async let reading = failure(ofReading: reader)
                await redis.server.kill()
                await #expect(throws: RedisBusError.self) { try await bus.append([ByteBuffer()], to: Self.key) }
                await #expect(throws: RedisBusError.unavailable) { try await bus.ping() }
                await #expect(throws: RedisBusError.unavailable) { _ = try await bus.subscribe(to: "c") }
                await #expect(throws: RedisBusError.self) { _ = try await bus.readLog(Self.key, after: 0) }
                await #expect(throws: RedisBusError.self) {
                    try await bus.acquireLock("l", owner: "a", for: .seconds(1))
                }
                let outcome = try await reading
                #expect(outcome != nil)
            }
        }
    }

    @Test func subscribersLearnThatTheyMayHaveMissedSomethingAndListenAgain() async throws {
        try await withRedisBus(settings: Self.quick) { bus, redis in
            let subscriptions = try await withThrowingTaskGroup(of: BusSubscription.self) { group in
                for _ in 0..<20 { group.addTask { try await bus.subscribe(to: "c") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await bus.usage().channels == 1)
            try await bus.publish(ByteBuffer(string: "before"), to: "c")
            try await redis.server.restart()
            try await within(.seconds(60), "all are told") {
                for subscription in subscriptions {
                    var seen: [BusSubscription.Element] = []
                    for await element in subscription { seen.append(element) }
                    #expect(seen == [.message(ByteBuffer(string: "before")), .overflow])
                }
                let again = try await bus.subscribe(to: "c")
                try await Self.eventually { try await bus.publish(ByteBuffer(string: "after"), to: "c") }
                var iterator = again.makeAsyncIterator()
                #expect(await iterator.next() == .message(ByteBuffer(string: "after")))
            }
        }
    }

    @Test func aSubscriberDuringAnOutageGetsAPlaceWithoutOverflow() async throws {
        var settings = Self.quick
        settings.patience = .seconds(30)
        try await withRedisBus(settings: settings) { bus, redis in
            try await Self.eventually { try await bus.ping() }
            await redis.server.kill()
            async let subscribing = bus.subscribe(to: "c")
            try await redis.server.restart()
            let subscription = try await subscribing
            try await bus.publish(ByteBuffer(string: "a"), to: "c")
            var iterator = subscription.makeAsyncIterator()
            #expect(await iterator.next() == .message(ByteBuffer(string: "a")))
        }
    }

    @Test func aPausedRedisIsNotWaitedForForEver() async throws {
        var settings = Self.quick
        settings.patience = .milliseconds(500)
        try await withRedisBus(settings: settings) { bus, redis in
            try await Self.eventually { try await bus.ping() }
            await redis.server.pause()
            try await within(.seconds(60), "an error comes") {
                await #expect(throws: RedisBusError.self) {
                    try await bus.increment("n", expiringAfter: .seconds(60))
                }
                await #expect(throws: RedisBusError.unavailable) { _ = try await bus.value(for: "k") }
            }
            await redis.server.resume()
            try await within(.seconds(30), "it is used again") { try await Self.eventually { try await bus.ping() } }
        }
    }

    @Test func aSlowAndCutConnectionOnlyCostsTime() async throws {
        try await RedisServer.with { redis in
            try await FaultyProxy.with(before: redis.server.port) { proxy in
                try await withRedisBus(at: "redis://127.0.0.1:\(proxy.port)") { bus in
                    try await bus.createLog(Self.key, limits: .turn)
                    proxy.delay(by: .milliseconds(100))
                    // Pipelined: a hundred commands take about as long as one.
                    let time = try await ContinuousClock().measure {
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for number in 0..<100 {
                                group.addTask {
                                    try await bus.setValue(
                                        ByteBuffer(string: "v"),
                                        for: "\(number)",
                                        expiringAfter: .seconds(60)
                                    )
                                }
                            }
                            try await group.waitForAll()
                        }
                    }
                    #expect(time >= .milliseconds(200) && time < .seconds(10))
                    proxy.delay(by: .zero)
                    try await within(.seconds(60), "reads survive cuts") {
                        for _ in 0..<5 {
                            proxy.cutAll()
                            let value = try await bus.value(for: "1")
                            #expect(value == ByteBuffer(string: "v"))
                        }
                    }
                }
            }
        }
    }

    /// Repeats until it works, for half a minute.
    private static func eventually<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while true {
            do {
                return try await body()
            } catch let error as RedisBusError {
                guard ContinuousClock.now < deadline else { throw error }
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
        }
    }
}

/// Counts what happens in many tasks.
private final class Tally: Sendable {
    private let value = Mutex(0)

    var count: Int { self.value.withLock { $0 } }

    func add() { self.value.withLock { $0 += 1 } }
}
