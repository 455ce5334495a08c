import Bus
import Domain
import NIOCore
import Synchronization

/// One log that is followed in this process, read once for all its readers.
///
/// A reader costs a cursor. One that is far behind reads pages of its own, shared with whoever asks for the same
/// page at the same time; it holds back nobody and nothing is kept for it.
final class LogFollower: Sendable {
    private struct State {
        var tail: LogTail
        var failure: (any Error)?
        var nextWaiter = 0
        /// Resumed with `true` for news, with `false` to show that all is well.
        var waiters: [Int: CheckedContinuation<Bool, any Error>] = [:]
        var pages: [Int: Task<LogPage?, any Error>] = [:]
        var pump: Task<Void, Never>?
    }

    private let key: LogKey
    private let generation: String
    private let store: LogStore
    private let notes: @Sendable () async throws -> AsyncStream<BusSubscription.Element>
    private let patience: Patience
    private let state: Mutex<State>

    /// Follows from `cursor` on; `generation` is the log that was found.
    init(
        _ key: LogKey,
        generation: String,
        after cursor: Int,
        store: LogStore,
        patience: Patience,
        notes: @escaping @Sendable () async throws -> AsyncStream<BusSubscription.Element>
    ) {
        self.key = key
        self.generation = generation
        self.store = store
        self.patience = patience
        self.notes = notes
        self.state = Mutex(State(tail: LogTail(after: cursor)))
    }

    /// Records that are kept here, for diagnostics.
    var keptRecords: Int { self.state.withLock { $0.tail.count } }

    var hasFailed: Bool { self.state.withLock { $0.failure != nil } }

    func start() {
        // Ended by `stop` when the last reader goes, or with the log.
        let pump = Task { await self.follow() }
        self.state.withLock { $0.pump = pump }
    }

    func stop() {
        self.state.withLock { $0.pump }?.cancel()
    }

    /// Ends for everybody with an error.
    func fail(with error: any Error) {
        let waiters = self.state.withLock { state in
            if state.failure == nil { state.failure = error }
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    /// Wakes everybody who waits, with an empty batch.
    func tick() {
        let waiters = self.state.withLock { Self.takeWaiters(&$0) }
        for waiter in waiters { waiter.resume(returning: false) }
    }

    /// The records after the cursor, waiting for the first; `nil` when the log is finished and read.
    func next(after cursor: Int) async throws -> [LogRecord]? {
        while true {
            try Task.checkCancellation()
            let (next, failure) = self.state.withLock { state in
                (state.tail.next(after: cursor, atMost: LogStore.pageRecords), state.failure)
            }
            switch next {
            case .batch(let records): return records
            case .end: return nil
            case .older:
                if let failure { throw failure }
                return try await self.olderRecords(after: cursor)
            case .wait:
                if let failure { throw failure }
                guard try await self.wait(after: cursor) else { return [] }
            }
        }
    }

    private func olderRecords(after cursor: Int) async throws -> [LogRecord] {
        let reading = self.state.withLock { state in
            if let reading = state.pages[cursor] { return reading }
            // Ends with the command, which has a deadline.
            let reading = Task {
                defer { self.state.withLock { $0.pages[cursor] = nil } }
                return try await self.patience.keepTrying { try await self.store.read(self.key, after: cursor) }
            }
            state.pages[cursor] = reading
            return reading
        }
        guard let page = try await reading.value, page.generation == self.generation else { throw LogError.noSuchLog }
        guard let first = page.records.first, first.sequence == cursor + 1 else {
            throw LogError.trimmed(oldest: page.state.firstSequence)
        }
        return page.records
    }

    /// Reads what is new whenever there is a note, until the log is finished, gone, or nobody reads.
    private func follow() async {
        do {
            while !Task.isCancelled {
                // A finished log needs no subscription.
                if try await self.catchUp() { return }
                let notes = try await self.patience.keepTrying(self.notes)
                if try await self.catchUp() { return }
                reading: for await note in notes {
                    switch note {
                    // The connection was lost, and with it perhaps a note: subscribe again.
                    case .overflow: break reading
                    case .message(let message): if !self.knows(message), try await self.catchUp() { return }
                    }
                }
            }
        } catch is CancellationError {
        } catch {
            self.fail(with: error)
        }
    }

    /// Whether the note tells of a record that was already read.
    private func knows(_ note: ByteBuffer) -> Bool {
        guard let number = Int(String(buffer: note)), number > 0 else { return false }
        return self.state.withLock { $0.tail.last >= number }
    }

    /// Reads to the end of what there is; `true` when the log is finished.
    private func catchUp() async throws -> Bool {
        while true {
            let cursor = self.state.withLock { $0.tail.last }
            let found = try await self.patience.keepTrying { try await self.store.read(self.key, after: cursor) }
            guard let page = found, page.generation == self.generation else { throw LogError.noSuchLog }
            let isRead = (page.records.last?.sequence ?? cursor) >= page.state.lastSequence
            let waiters = self.state.withLock { state -> [CheckedContinuation<Bool, any Error>] in
                state.tail.append(page.records)
                state.tail.isFinished = isRead && page.state.isFinished
                return page.records.isEmpty && !state.tail.isFinished ? [] : Self.takeWaiters(&state)
            }
            for waiter in waiters { waiter.resume(returning: true) }
            if isRead { return page.state.isFinished }
        }
    }

    private func wait(after cursor: Int) async throws -> Bool {
        let key = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Bool, any Error>) in
                let mustWait = self.state.withLock { state in
                    guard case .wait = state.tail.next(after: cursor, atMost: 1), state.failure == nil,
                        !Task.isCancelled
                    else { return false }
                    state.waiters[key] = continuation
                    return true
                }
                if !mustWait { continuation.resume(returning: true) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private static func takeWaiters(_ state: inout State) -> [CheckedContinuation<Bool, any Error>] {
        defer { state.waiters.removeAll(keepingCapacity: true) }
        return Array(state.waiters.values)
    }
}
