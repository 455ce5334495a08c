package import NIOCore

/// What processes tell each other while they run: hints, stream logs, locks and short-lived values (architecture §2, §4).
///
/// Nothing durable lives here: losing the bus loses no finished turn. Every operation is one that Redis has, so that a
/// second engine needs no redesign.
package protocol MessageBus: Sendable {
    /// Sends to everybody who is subscribed now; nobody is fine.
    func publish(_ message: ByteBuffer, to channel: Channel) async throws

    /// Messages from now on. When this returns the subscription stands, so "subscribe, then read" misses nothing.
    ///
    /// The queue is bounded (256); a reader that falls behind gets `.overflow` as its last element and must start again.
    func subscribe(to channel: Channel) async throws -> BusSubscription

    // Run log: append-only records with sequence numbers from 1, kept for a while after the last one.

    /// Starts a log, empty; an earlier log of that key is gone.
    func createLog(_ key: LogKey, limits: LogLimits) async throws
    /// Appends records in order; returns the sequence number of the last. A finished or missing log refuses.
    @discardableResult
    func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int
    /// Marks the end; readers see the remaining records, then the end. Doing it twice changes nothing.
    func finishLog(_ key: LogKey) async throws
    /// Records with a sequence number greater than `cursor`, then live ones as they come, until the log is finished.
    ///
    /// A reader that has waited for about 15 seconds gets an empty batch, so that it can show that it lives.
    ///
    /// - Throws: `LogError.noSuchLog`, or `LogError.trimmed` when records after `cursor` are no longer kept.
    func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader
    func logState(_ key: LogKey) async throws -> LogState?

    // Locks and values

    /// Takes the lock if it is free, expired, or already this owner's.
    func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool
    /// Extends the lock if this owner still holds it.
    func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool
    /// Frees the lock if this owner holds it.
    func releaseLock(_ key: String, owner: String) async throws
    func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws
    func value(for key: String) async throws -> ByteBuffer?
    /// Reads and removes in one step: of two callers one gets it.
    func takeValue(for key: String) async throws -> ByteBuffer?
    /// Counts up and returns the new count; the key expires `duration` after its first count. For rate limits.
    func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int

    func ping() async throws
}

/// A pub/sub channel name.
package struct Channel: Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral rawValue: String) { self.rawValue = rawValue }
}

/// Names a run log; the hash tag keeps its keys on one node of a cluster.
package struct LogKey: Hashable, Sendable {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// How much of a log is kept, and for how long.
package struct LogLimits: Sendable, Equatable {
    /// The newest records that are kept.
    package var maximumRecords: Int
    /// The newest bytes that are kept.
    package var maximumBytes: Int
    /// Counted from the last append or the end.
    package var lifetime: Duration

    package init(maximumRecords: Int, maximumBytes: Int, lifetime: Duration) {
        self.maximumRecords = maximumRecords
        self.maximumBytes = maximumBytes
        self.lifetime = lifetime
    }

    /// A turn's stream: 50,000 records, 16 MiB, one hour.
    ///
    /// The 5,000 of spec 02 §9 are words of a few minutes; whoever opened a longer turn again saw nothing of it.
    package static let turn = Self(maximumRecords: 50_000, maximumBytes: 16_777_216, lifetime: .seconds(3600))
}

package struct LogState: Sendable, Equatable {
    package var firstSequence: Int
    package var lastSequence: Int
    package var isFinished: Bool

    package init(firstSequence: Int, lastSequence: Int, isFinished: Bool) {
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.isFinished = isFinished
    }
}

package struct LogRecord: Sendable, Equatable {
    package var sequence: Int
    package var payload: ByteBuffer

    package init(sequence: Int, payload: ByteBuffer) {
        self.sequence = sequence
        self.payload = payload
    }
}

package enum LogError: Error, Equatable, Sendable {
    case noSuchLog
    case trimmed(oldest: Int)
    case finished
}

/// A log's records in batches: all that are there, then each as it comes.
///
/// Ends when the log is finished and read. /// A viewer costs a cursor: batches share the log's buffers, and a slow reader holds back nobody.
package struct LogReader: AsyncSequence, Sendable {
    package typealias Element = [LogRecord]

    private let makeNext: @Sendable () -> @Sendable () async throws -> [LogRecord]?

    /// `makeNext` gives a function that waits for the next batch, `nil` at the end.
    package init(_ makeNext: @escaping @Sendable () -> @Sendable () async throws -> [LogRecord]?) {
        self.makeNext = makeNext
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let nextBatch: @Sendable () async throws -> [LogRecord]?

        package mutating func next() async throws -> [LogRecord]? {
            try await self.nextBatch()
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(nextBatch: self.makeNext())
    }
}

/// Messages of one channel for one subscriber; dropping it unsubscribes.
package struct BusSubscription: AsyncSequence, Sendable {
    package enum Element: Sendable, Equatable {
        case message(ByteBuffer)
        /// Messages were dropped; nothing follows.
        case overflow
    }

    private let stream: AsyncStream<Element>

    package init(_ stream: AsyncStream<Element>) {
        self.stream = stream
    }

    package func makeAsyncIterator() -> AsyncStream<Element>.Iterator {
        self.stream.makeAsyncIterator()
    }
}
