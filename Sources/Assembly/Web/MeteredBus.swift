import Bus
import NIOCore

/// A bus whose operations are measured.
struct MeteredBus: MessageBus {
    let bus: any MessageBus
    let meter: EngineMeter

    func publish(_ message: ByteBuffer, to channel: Bus.Channel) async throws {
        try await self.measure("publish") { try await self.bus.publish(message, to: channel) }
    }

    func subscribe(to channel: Bus.Channel) async throws -> BusSubscription {
        try await self.measure("subscribe") { try await self.bus.subscribe(to: channel) }
    }

    func createLog(_ key: LogKey, limits: LogLimits) async throws {
        try await self.measure("create_log") { try await self.bus.createLog(key, limits: limits) }
    }

    @discardableResult
    func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        try await self.measure("append") { try await self.bus.append(records, to: key) }
    }

    func finishLog(_ key: LogKey) async throws {
        try await self.measure("finish_log") { try await self.bus.finishLog(key) }
    }

    func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader {
        try await self.measure("read_log") { try await self.bus.readLog(key, after: cursor) }
    }

    func logState(_ key: LogKey) async throws -> LogState? {
        try await self.measure("log_state") { try await self.bus.logState(key) }
    }

    func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.measure("acquire_lock") { try await self.bus.acquireLock(key, owner: owner, for: duration) }
    }

    func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.measure("renew_lock") { try await self.bus.renewLock(key, owner: owner, for: duration) }
    }

    func releaseLock(_ key: String, owner: String) async throws {
        try await self.measure("release_lock") { try await self.bus.releaseLock(key, owner: owner) }
    }

    func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws {
        try await self.measure("set_value") {
            try await self.bus.setValue(value, for: key, expiringAfter: duration)
        }
    }

    func value(for key: String) async throws -> ByteBuffer? {
        try await self.measure("value") { try await self.bus.value(for: key) }
    }

    func takeValue(for key: String) async throws -> ByteBuffer? {
        try await self.measure("take_value") { try await self.bus.takeValue(for: key) }
    }

    func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int {
        try await self.measure("increment") { try await self.bus.increment(key, expiringAfter: duration) }
    }

    func ping() async throws {
        try await self.measure("ping") { try await self.bus.ping() }
    }

    private func measure<Result>(_ name: String, _ work: () async throws -> Result) async throws -> Result {
        try await self.meter.measure(name, isFailure: { !($0 is LogError) }, work)
    }
}
