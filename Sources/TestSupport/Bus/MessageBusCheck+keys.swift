import Bus
import NIOCore

extension MessageBusCheck {
    static let keys: [Self] = [
        MessageBusCheck("aLockHasOneOwner") { bus in
            let time = Duration.seconds(60)
            try expect(try await bus.acquireLock("l", owner: "a", for: time), "free")
            try expect(try await bus.acquireLock("l", owner: "a", for: time), "again by its owner")
            try expect(try await !bus.acquireLock("l", owner: "b", for: time), "held")
            try expect(try await !bus.renewLock("l", owner: "b", for: time), "not b's to renew")
            try await bus.releaseLock("l", owner: "b")
            try expect(try await bus.renewLock("l", owner: "a", for: time), "nor b's to release")
            try expect(try await bus.acquireLock("other", owner: "b", for: time), "another lock is free")
            try await bus.releaseLock("l", owner: "a")
            try expect(try await !bus.renewLock("l", owner: "a", for: time), "nothing to renew")
            try expect(try await bus.acquireLock("l", owner: "b", for: time), "free again")
        },
        MessageBusCheck("aLockEndsByItself") { bus, pass in
            try expect(try await bus.acquireLock("l", owner: "a", for: .seconds(2)), "free")
            try await pass(.milliseconds(1200))
            try expect(try await bus.renewLock("l", owner: "a", for: .seconds(2)), "held")
            try await pass(.milliseconds(1200))
            try expect(try await !bus.acquireLock("l", owner: "b", for: .seconds(2)), "renewed in time")
            try await pass(.milliseconds(1200))
            try expect(try await bus.acquireLock("l", owner: "b", for: .seconds(2)), "expired")
            try expect(try await !bus.renewLock("l", owner: "a", for: .seconds(2)), "a lost it")
        },
        MessageBusCheck("ofTwentyOneTakesTheLock") { bus in
            let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                for owner in 0..<20 {
                    group.addTask { try await bus.acquireLock("l", owner: "\(owner)", for: .seconds(60)) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(wins, 1, "exactly one")
        },
        MessageBusCheck("aValueIsKeptReplacedAndTakenOnce") { bus in
            try expectEqual(try await bus.value(for: "k"), nil, "nothing yet")
            try await bus.setValue(ByteBuffer(string: "1"), for: "k", expiringAfter: .seconds(60))
            try await bus.setValue(ByteBuffer(string: "2"), for: "k", expiringAfter: .seconds(60))
            try expectEqual(try await bus.value(for: "k")?.text, "2", "the last one")
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await bus.takeValue(for: "k") != nil } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(winners, 1, "one taker")
            try expectEqual(try await bus.value(for: "k"), nil, "gone")
        },
        MessageBusCheck("aValueEndsByItself") { bus, pass in
            try await bus.setValue(ByteBuffer(string: "1"), for: "k", expiringAfter: .seconds(2))
            try await pass(.milliseconds(1000))
            try expectEqual(try await bus.value(for: "k")?.text, "1", "in time")
            try await pass(.milliseconds(1500))
            try expectEqual(try await bus.value(for: "k"), nil, "too late")
            try expectEqual(try await bus.takeValue(for: "k"), nil, "to take, too")
        },
        MessageBusCheck("countersLoseNothingAndStartAgain") { bus, pass in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await bus.increment("n", expiringAfter: .seconds(2)) } }
                let counts = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
                try expectEqual(counts, Set(1...50), "each caller its own count")
            }
            try await pass(.milliseconds(1200))
            try expectEqual(try await bus.increment("n", expiringAfter: .seconds(2)), 51, "in time")
            try await pass(.milliseconds(1200))
            try expectEqual(try await bus.increment("n", expiringAfter: .seconds(2)), 1, "from the first count on")
        },
    ]
}
