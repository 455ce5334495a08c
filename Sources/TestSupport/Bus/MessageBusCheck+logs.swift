import Bus
import NIOCore

extension MessageBusCheck {
    private static let key = LogKey("run:1")
    private static let roomy = LogLimits(maximumRecords: 1000, maximumBytes: 1_000_000, lifetime: .seconds(2))

    static let logs: [Self] = [
        MessageBusCheck("aLogResumesAtEveryCursor") { bus in
            try await bus.createLog(Self.key, limits: Self.roomy)
            for number in 1...20 {
                let last = try await bus.append([ByteBuffer(string: "\(number)")], to: Self.key)
                try expectEqual(last, number, "sequence numbers count from 1")
            }
            try expectEqual(
                try await bus.append(["21", "22"].map { ByteBuffer(string: $0) }, to: Self.key),
                22,
                "two at once"
            )
            try await bus.finishLog(Self.key)
            for cursor in 0...22 {
                let seen = try await Self.readAll(bus, after: cursor)
                try expectEqual(seen, cursor < 22 ? (cursor + 1...22).map { "\($0)=\($0)" } : [], "after \(cursor)")
            }
            try expectEqual(try await Self.readAll(bus, after: -5).count, 22, "before the beginning is the beginning")
            try expectEqual(try await Self.readAll(bus, after: 99), [], "beyond the end is the end")
        },
        MessageBusCheck("manyReadersSeeTheSameWhileItGrows") { bus in
            try await bus.createLog(Self.key, limits: Self.roomy)
            let logs = try await within(.seconds(30), "all readers end") {
                try await withThrowingTaskGroup(of: [String].self) { group in
                    for _ in 0..<50 { group.addTask { try await Self.readAll(bus, after: 0) } }
                    for number in 1...300 {
                        try await bus.append([ByteBuffer(string: "\(number)")], to: Self.key)
                        if number % 50 == 0 { await Task.yield() }
                    }
                    try await bus.finishLog(Self.key)
                    return try await group.reduce(into: [[String]]()) { $0.append($1) }
                }
            }
            try expectEqual(logs.count, 50, "every reader")
            let wanted = (1...300).map { "\($0)=\($0)" }
            for log in logs { try expectEqual(log, wanted, "each record once, in order") }
        },
        MessageBusCheck("aFinishedLogRefusesAndCanStillBeRead") { bus in
            try await bus.createLog(Self.key, limits: Self.roomy)
            try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            try await bus.finishLog(Self.key)
            try await bus.finishLog(Self.key)
            try await expectRefusal(LogError.self, "appending", matching: { $0 == .finished }) {
                try await bus.append([ByteBuffer(string: "b")], to: Self.key)
            }
            try expectEqual(
                try await bus.logState(Self.key),
                LogState(firstSequence: 1, lastSequence: 1, isFinished: true),
                "its state"
            )
            try expectEqual(try await Self.readAll(bus, after: 0), ["1=a"], "a late reader")
        },
        MessageBusCheck("aMissingLogSaysSo") { bus in
            try expectEqual(try await bus.logState(Self.key), nil, "no state")
            try await expectRefusal(LogError.self, "reading", matching: { $0 == .noSuchLog }) {
                _ = try await Self.readAll(bus, after: 0)
            }
            try await expectRefusal(LogError.self, "appending", matching: { $0 == .noSuchLog }) {
                try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            }
            try await bus.finishLog(Self.key)
            try expectEqual(try await bus.logState(Self.key), nil, "finishing makes none")
        },
        MessageBusCheck("aCappedLogKeepsTheNewest") { bus in
            let limits = LogLimits(maximumRecords: 10, maximumBytes: 1_000_000, lifetime: .seconds(2))
            try await bus.createLog(Self.key, limits: limits)
            for number in 1...25 { try await bus.append([ByteBuffer(string: "\(number)")], to: Self.key) }
            try await bus.finishLog(Self.key)
            let state = try expectSome(try await bus.logState(Self.key), "it has a state")
            try expectEqual(state.lastSequence, 25, "numbers go on")
            try expectEqual(state.firstSequence, 16, "ten are left")
            try expectEqual(try await Self.readAll(bus, after: 15).count, 10, "the oldest cursor that works")
            try await expectRefusal(LogError.self, "an older cursor", matching: { $0 == .trimmed(oldest: 16) }) {
                _ = try await Self.readAll(bus, after: 14)
            }
        },
        MessageBusCheck("aLogIsCappedByBytesToo") { bus in
            let limits = LogLimits(maximumRecords: 1000, maximumBytes: 1000, lifetime: .seconds(2))
            try await bus.createLog(Self.key, limits: limits)
            for _ in 1...30 { try await bus.append([ByteBuffer(repeating: 0x41, count: 100)], to: Self.key) }
            let state = try expectSome(try await bus.logState(Self.key), "it has a state")
            try expectEqual(state.lastSequence, 30, "numbers go on")
            try expectEqual(state.firstSequence, 21, "ten of a hundred bytes")
            try await bus.append([ByteBuffer(repeating: 0x42, count: 5000)], to: Self.key)
            let last = try await bus.logState(Self.key)
            try expectEqual(last?.firstSequence, 31, "one record that is larger than the cap is kept alone")
        },
        MessageBusCheck("twoLogsDoNotMixAndANewOneReplaces") { bus in
            let other = LogKey("run:2")
            try await bus.createLog(Self.key, limits: Self.roomy)
            try await bus.createLog(other, limits: Self.roomy)
            try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            try await bus.append([ByteBuffer(string: "b")], to: other)
            try await bus.createLog(Self.key, limits: Self.roomy)
            try await bus.append([ByteBuffer(string: "c")], to: Self.key)
            try await bus.finishLog(Self.key)
            try await bus.finishLog(other)
            try expectEqual(try await Self.readAll(bus, after: 0), ["1=c"], "the new one starts empty")
            try expectEqual(try await Self.readAll(bus, other, after: 0), ["1=b"], "the other is untouched")
        },
        MessageBusCheck("aCancelledReaderIsFreed") { bus in
            try await bus.createLog(Self.key, limits: Self.roomy)
            try await within(.seconds(20), "the reader ends") {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await Self.readAll(bus, after: 0) }
                    await Task.yield()
                    group.cancelAll()
                    // A cancelled read ends, with or without an error.
                    do { try await group.waitForAll() } catch is CancellationError {}
                }
            }
            try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            try await bus.finishLog(Self.key)
            try expectEqual(try await Self.readAll(bus, after: 0), ["1=a"], "others go on")
        },
        MessageBusCheck("aLogEndsAfterItsLifetime") { bus, pass in
            try await bus.createLog(Self.key, limits: Self.roomy)
            try await pass(.milliseconds(1500))
            try await bus.append([ByteBuffer(string: "a")], to: Self.key)
            try await pass(.milliseconds(1500))
            try expect(try await bus.logState(Self.key) != nil, "an append starts the time again")
            try await pass(.milliseconds(1500))
            try expectEqual(try await bus.logState(Self.key), nil, "then it is gone")
        },
    ]

    /// Every record as `sequence=text`, until the log is finished.
    private static func readAll(
        _ bus: any MessageBus,
        _ key: LogKey = Self.key,
        after cursor: Int
    ) async throws -> [String] {
        var seen: [String] = []
        for try await batch in try await bus.readLog(key, after: cursor) {
            seen += batch.map { "\($0.sequence)=\($0.payload.text)" }
        }
        return seen
    }
}
