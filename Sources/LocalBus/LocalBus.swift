package import Bus
package import Domain
package import NIOCore
import Synchronization

/// The bus within one process: channels, run logs, locks and values in memory.
package final class LocalBus: MessageBus {
    private let channels = Channels()
    private let keys: ExpiringKeys
    private let logs: RunLogs

    package init(uptime: Uptime = .live) {
        self.keys = ExpiringKeys(uptime: uptime)
        self.logs = RunLogs(uptime: uptime)
    }

    package func publish(_ message: ByteBuffer, to channel: Bus.Channel) async throws {
        self.channels.publish(message, to: channel)
    }

    package func subscribe(to channel: Bus.Channel) async throws -> BusSubscription {
        self.channels.subscribe(to: channel)
    }

    package func createLog(_ key: LogKey, limits: LogLimits) async throws {
        self.logs.create(key, limits: limits)
    }

    @discardableResult
    package func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        try self.logs.append(records, to: key)
    }

    package func finishLog(_ key: LogKey) async throws {
        self.logs.finish(key)
    }

    package func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader {
        try self.logs.read(key, after: cursor)
    }

    package func logState(_ key: LogKey) async throws -> LogState? {
        self.logs.state(of: key)
    }

    package func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        self.keys.acquire(key, owner: owner, for: duration)
    }

    package func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        self.keys.renew(key, owner: owner, for: duration)
    }

    package func releaseLock(_ key: String, owner: String) async throws {
        self.keys.release(key, owner: owner)
    }

    package func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws {
        self.keys.set(value, for: key, expiringAfter: duration)
    }

    package func value(for key: String) async throws -> ByteBuffer? {
        self.keys.value(for: key)
    }

    package func takeValue(for key: String) async throws -> ByteBuffer? {
        self.keys.take(key)
    }

    package func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int {
        self.keys.increment(key, expiringAfter: duration)
    }

    package func ping() async throws {}

    /// Wakes waiting log readers every 15 seconds, until it is cancelled.
    package func keepReadersAwake(clock: any Clock<Duration>) async throws {
        while true {
            try await clock.sleep(for: .seconds(15))
            self.logs.tick()
        }
    }
}
