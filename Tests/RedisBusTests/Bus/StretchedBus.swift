import Bus
import NIOCore

/// A bus whose lifetimes are longer by a factor, for checks in which real time goes by.
///
/// Redis lives by the system's clock, and a loaded machine loses seconds; stretched, the margins of the checks hold.
struct StretchedBus: MessageBus {
    let bus: any MessageBus
    let factor: Int

    func publish(_ message: ByteBuffer, to channel: Bus.Channel) async throws {
        try await self.bus.publish(message, to: channel)
    }

    func subscribe(to channel: Bus.Channel) async throws -> BusSubscription {
        try await self.bus.subscribe(to: channel)
    }

    func createLog(_ key: LogKey, limits: LogLimits) async throws {
        var limits = limits
        limits.lifetime *= self.factor
        try await self.bus.createLog(key, limits: limits)
    }

    func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        try await self.bus.append(records, to: key)
    }

    func finishLog(_ key: LogKey) async throws {
        try await self.bus.finishLog(key)
    }

    func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader {
        try await self.bus.readLog(key, after: cursor)
    }

    func logState(_ key: LogKey) async throws -> LogState? {
        try await self.bus.logState(key)
    }

    func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.bus.acquireLock(key, owner: owner, for: duration * self.factor)
    }

    func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.bus.renewLock(key, owner: owner, for: duration * self.factor)
    }

    func releaseLock(_ key: String, owner: String) async throws {
        try await self.bus.releaseLock(key, owner: owner)
    }

    func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws {
        try await self.bus.setValue(value, for: key, expiringAfter: duration * self.factor)
    }

    func value(for key: String) async throws -> ByteBuffer? {
        try await self.bus.value(for: key)
    }

    func takeValue(for key: String) async throws -> ByteBuffer? {
        try await self.bus.takeValue(for: key)
    }

    func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int {
        try await self.bus.increment(key, expiringAfter: duration * self.factor)
    }

    func ping() async throws {
        try await self.bus.ping()
    }
}
