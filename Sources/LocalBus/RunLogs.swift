import Bus
import Domain
import NIOCore
import Synchronization

/// All run logs of the process, by key; a log ends when its lifetime has passed since its last record.
final class RunLogs: Sendable {
    private let logs = Mutex<[LogKey: RunLog]>([:])
    private let uptime: Uptime

    init(uptime: Uptime) {
        self.uptime = uptime
    }

    func create(_ key: LogKey, limits: LogLimits) {
        let now = self.uptime.now
        let ended = self.logs.withLock { logs in
            let ended = logs.filter { $0.key == key || $0.value.expiresAt < now }
            for gone in ended.keys { logs[gone] = nil }
            logs[key] = RunLog(limits: limits, now: now)
            return Array(ended.values)
        }
        // Readers of a log that is gone must not wait for ever.
        for log in ended { log.finish(now: now) }
    }

    func append(_ records: [ByteBuffer], to key: LogKey) throws -> Int {
        guard let log = self.find(key) else { throw LogError.noSuchLog }
        return try log.append(records, now: self.uptime.now)
    }

    func finish(_ key: LogKey) {
        self.find(key)?.finish(now: self.uptime.now)
    }

    func state(of key: LogKey) -> LogState? {
        self.find(key)?.state
    }

    func read(_ key: LogKey, after cursor: Int) throws -> LogReader {
        guard let log = self.find(key) else { throw LogError.noSuchLog }
        try log.check(cursor)
        return LogReader {
            let position = Mutex(max(0, cursor))
            return {
                let batch = try await log.next(after: position.withLock { $0 })
                if let last = batch?.last { position.withLock { $0 = last.sequence } }
                return batch
            }
        }
    }

    func tick() {
        let logs = self.logs.withLock { Array($0.values) }
        for log in logs { log.tick() }
    }

    private func find(_ key: LogKey) -> RunLog? {
        let now = self.uptime.now
        return self.logs.withLock { logs in
            guard let log = logs[key], log.expiresAt >= now else { return nil }
            return log
        }
    }
}

/// One run's records.
///
/// Readers hold a cursor and wait on the log; nothing is copied for them but references to buffers.
final class RunLog: Sendable {
    /// Records that one read returns at most, so that a late reader does not take the whole log at once.
    private static let batch = 256

    private struct State {
        var records: [ByteBuffer] = []
        /// The sequence number of `records.first`.
        var first = 1
        var bytes = 0
        var isFinished = false
        var expiresAt: Duration
        var nextWaiter = 0
        /// Resumed with `true` for news, with `false` to show that all is well.
        var waiters: [Int: CheckedContinuation<Bool, any Error>] = [:]

        var last: Int { self.first + self.records.count - 1 }
    }

    private let limits: LogLimits
    private let guarded: Mutex<State>

    init(limits: LogLimits, now: Duration) {
        self.limits = limits
        self.guarded = Mutex(State(expiresAt: now + limits.lifetime))
    }

    var expiresAt: Duration { self.guarded.withLock { $0.expiresAt } }

    var state: LogState {
        self.guarded.withLock { LogState(firstSequence: $0.first, lastSequence: $0.last, isFinished: $0.isFinished) }
    }

    func append(_ records: [ByteBuffer], now: Duration) throws -> Int {
        let (last, waiters) = try self.guarded.withLock { state in
            guard !state.isFinished else { throw LogError.finished }
            state.records += records
            state.bytes += records.reduce(0) { $0 + $1.readableBytes }
            var dropped = 0
            while state.records.count - dropped > 1,
                state.records.count - dropped > self.limits.maximumRecords || state.bytes > self.limits.maximumBytes
            {
                state.bytes -= state.records[dropped].readableBytes
                dropped += 1
            }
            if dropped > 0 {
                state.records.removeFirst(dropped)
                state.first += dropped
            }
            state.expiresAt = now + self.limits.lifetime
            return (state.last, Self.takeWaiters(&state))
        }
        for waiter in waiters { waiter.resume(returning: true) }
        return last
    }

    func finish(now: Duration) {
        let waiters = self.guarded.withLock { state in
            if !state.isFinished { state.expiresAt = now + self.limits.lifetime }
            state.isFinished = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    /// Wakes everybody who waits, with an empty batch.
    func tick() {
        let waiters = self.guarded.withLock { Self.takeWaiters(&$0) }
        for waiter in waiters { waiter.resume(returning: false) }
    }

    func check(_ cursor: Int) throws {
        try self.guarded.withLock { state in
            if max(0, cursor) + 1 < state.first { throw LogError.trimmed(oldest: state.first) }
        }
    }

    /// The records after the cursor, waiting for the first; `nil` when the log is finished and read.
    func next(after cursor: Int) async throws -> [LogRecord]? {
        while true {
            let ready = try self.guarded.withLock { state -> [LogRecord]?? in
                if cursor + 1 < state.first { throw LogError.trimmed(oldest: state.first) }
                if cursor < state.last {
                    let start = cursor + 1 - state.first
                    let end = min(state.records.count, start + Self.batch)
                    return .some(
                        (start..<end).map { LogRecord(sequence: state.first + $0, payload: state.records[$0]) }
                    )
                }
                return state.isFinished ? .some(nil) : nil
            }
            if let ready { return ready }
            guard try await self.wait(after: cursor) else { return [] }
        }
    }

    private func wait(after cursor: Int) async throws -> Bool {
        let key = self.guarded.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let hasNews = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Bool, any Error>) in
                let mustWait = self.guarded.withLock { state in
                    guard cursor >= state.last, !state.isFinished, !Task.isCancelled else { return false }
                    state.waiters[key] = continuation
                    return true
                }
                if !mustWait { continuation.resume(returning: true) }
            }
        } onCancel: {
            let waiter = self.guarded.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
        return hasNews
    }

    private static func takeWaiters(_ state: inout State) -> [CheckedContinuation<Bool, any Error>] {
        defer { state.waiters.removeAll(keepingCapacity: true) }
        return Array(state.waiters.values)
    }
}
