import Bus
import NIOCore
import Synchronization

/// The bus of a house, whose named operations can fail.
final class BreakableBus: MessageBus {
    enum Operation: CaseIterable, Sendable {
        case publish, subscribe, createLog, append, finishLog, readLog, setValue
    }

    struct Away: Error {}

    /// What becomes of one append to a log.
    enum AppendFate: Sendable, CaseIterable {
        case answered
        /// It is in the log, and whoever wrote it is not told.
        case answerLost
        /// It is not in the log.
        case lost
    }

    private let inner: any MessageBus
    private let broken = Mutex<Set<Operation>>([])
    private let appends = Mutex<(count: Int, fate: @Sendable (Int) -> AppendFate)>((0, { _ in .answered }))

    init(_ inner: any MessageBus) {
        self.inner = inner
    }

    /// These fail from now on, and no others.
    func breakOnly(_ operations: Set<Operation>) {
        self.broken.withLock { $0 = operations }
    }

    /// How many appends were tried.
    var appendCount: Int { self.appends.withLock { $0.count } }

    /// The first append from the making of this bus has number 0; a repeated one is another.
    func appendsMeet(_ fate: @Sendable @escaping (Int) -> AppendFate) {
        self.appends.withLock { $0.fate = fate }
    }

    private func check(_ operation: Operation) throws {
        if self.broken.withLock({ $0.contains(operation) }) { throw Away() }
    }

    func publish(_ message: ByteBuffer, to channel: Bus.Channel) async throws {
        try self.check(.publish)
        try await self.inner.publish(message, to: channel)
    }

    func subscribe(to channel: Bus.Channel) async throws -> BusSubscription {
        try self.check(.subscribe)
        return try await self.inner.subscribe(to: channel)
    }

    func createLog(_ key: LogKey, limits: LogLimits) async throws {
        try self.check(.createLog)
        try await self.inner.createLog(key, limits: limits)
    }

    @discardableResult
    func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        try self.check(.append)
        let fate = self.appends.withLock { appends in
            defer { appends.count += 1 }
            return appends.fate(appends.count)
        }
        if fate == .lost { throw Away() }
        let last = try await self.inner.append(records, to: key)
        if fate == .answerLost { throw Away() }
        return last
    }

    func finishLog(_ key: LogKey) async throws {
        try self.check(.finishLog)
        try await self.inner.finishLog(key)
    }

    func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader {
        try self.check(.readLog)
        return try await self.inner.readLog(key, after: cursor)
    }

    func logState(_ key: LogKey) async throws -> LogState? { try await self.inner.logState(key) }

    func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.inner.acquireLock(key, owner: owner, for: duration)
    }

    func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.inner.renewLock(key, owner: owner, for: duration)
    }

    func releaseLock(_ key: String, owner: String) async throws {
        try await self.inner.releaseLock(key, owner: owner)
    }

    func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws {
        try self.check(.setValue)
        try await self.inner.setValue(value, for: key, expiringAfter: duration)
    }

    func value(for key: String) async throws -> ByteBuffer? { try await self.inner.value(for: key) }
    func takeValue(for key: String) async throws -> ByteBuffer? { try await self.inner.takeValue(for: key) }

    func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int {
        try await self.inner.increment(key, expiringAfter: duration)
    }

    func ping() async throws { try await self.inner.ping() }
}
