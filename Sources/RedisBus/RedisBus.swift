package import Bus
package import Domain
package import Logging
package import NIOCore
import NIOPosix
import NIOSSL

/// The bus between processes, on Redis 6.2 or newer.
///
/// Two connections: one for commands, pipelined, and one that listens. Both come back by themselves. While Redis is
/// away, commands fail with `RedisBusError` after the settings' `patience`; subscribers get `.overflow` once it is back;
/// readers of logs go on where they were, or get `LogError.noSuchLog` when Redis has lost its memory, or
/// `RedisBusError.unavailable` when it stays away.
package final class RedisBus: MessageBus {
    /// What may be set; the defaults serve production.
    package struct Settings: Sendable {
        /// Begins every key and channel.
        package var name = "second"
        /// How long a command may wait for a connection and its answer.
        package var patience: Duration = .seconds(5)
        /// How long readers of logs sit out an outage.
        package var outagePatience: Duration = .seconds(30)
        /// After so long a waiting reader gets an empty batch.
        package var wakeInterval: Duration = .seconds(15)
        /// Commands that may wait for a connection or an answer.
        package var maximumCommands = 8192
        /// A PEM file with the authorities to trust for `rediss://`, instead of the system's.
        package var authorityFile: String?

        package init() {}
    }

    private let commands: RedisLink
    private let channels: RedisChannels
    private let logs: LogStore
    private let followed: FollowedLogs
    private let space: Keyspace
    private let waking: RepeatedTask

    /// Begins to connect; `ping` says whether it works.
    ///
    /// - Throws: when TLS cannot be set up, as with an `authorityFile` that cannot be read.
    package init(
        _ address: RedisAddress,
        settings: Settings = Settings(),
        logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        random: RandomBytes = .live,
        uptime: Uptime = .live,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        let space = Keyspace(name: settings.name, database: address.database)
        var limits = LinkState.Limits()
        limits.commands = settings.maximumCommands
        var link = RedisLink.Settings(
            address: address,
            tls: try Self.tls(for: address, settings),
            isSubscriber: false,
            limits: limits,
            patience: TimeAmount(settings.patience),
            chance: { Double(random.take(1).first ?? 0) / 255 },
            logger: logger
        )
        let commands = RedisLink(link, on: group.next())
        link.isSubscriber = true
        let channels = RedisChannels(RedisLink(link, on: group.next()))
        let logs = LogStore(link: commands, space: space, random: random)
        let followed = FollowedLogs(
            store: logs,
            channels: channels,
            patience: Patience(limit: settings.outagePatience, uptime: uptime, clock: clock)
        )
        self.space = space
        self.commands = commands
        self.channels = channels
        self.logs = logs
        self.followed = followed
        commands.start()
        channels.start()
        // Ends with `shutdown`.
        self.waking = commands.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(settings.wakeInterval),
            delay: TimeAmount(settings.wakeInterval)
        ) { _ in
            followed.tick()
            channels.nudge()
        }
    }

    /// Ends both connections; whatever waits fails with `RedisBusError.shutDown`, subscriptions end.
    package func shutdown() async {
        self.waking.cancel()
        self.followed.stop()
        await self.channels.stop()
        await self.commands.stop()
    }

    /// What this process holds on to, for diagnostics and tests.
    package func usage() async throws -> (channels: Int, logs: Int) {
        (try await self.channels.channelCount(), self.followed.count)
    }

    private static func tls(for address: RedisAddress, _ settings: Settings) throws -> NIOSSLContext? {
        guard address.isEncrypted else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = settings.authorityFile { configuration.trustRoots = .file(file) }
        return try NIOSSLContext(configuration: configuration)
    }

    // MARK: - Channels

    package func publish(_ message: ByteBuffer, to channel: Bus.Channel) async throws {
        _ = try await self.commands.send(
            RedisCommand([
                "PUBLISH", RedisCommand.Argument(self.name(of: channel)), RedisCommand.Argument(message),
            ])
        )
    }

    package func subscribe(to channel: Bus.Channel) async throws -> BusSubscription {
        BusSubscription(try await self.channels.subscribe(to: self.name(of: channel)))
    }

    private func name(of channel: Bus.Channel) -> String { self.space.channel("channel:\(channel.rawValue)") }

    // MARK: - Logs

    package func createLog(_ key: LogKey, limits: LogLimits) async throws {
        try await self.logs.create(key, limits: limits)
    }

    @discardableResult
    package func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        try await self.logs.append(records, to: key)
    }

    package func finishLog(_ key: LogKey) async throws {
        try await self.logs.finish(key)
    }

    package func readLog(_ key: LogKey, after cursor: Int) async throws -> LogReader {
        try await self.followed.read(key, after: cursor)
    }

    package func logState(_ key: LogKey) async throws -> LogState? {
        try await self.logs.read(key, after: 0, count: 0)?.state
    }

    // MARK: - Locks and values

    package func acquireLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.holds(
            .acquireLock,
            self.space.key("lock:\(key)"),
            [RedisCommand.Argument(owner), RedisCommand.Argument(milliseconds: duration)]
        )
    }

    package func renewLock(_ key: String, owner: String, for duration: Duration) async throws -> Bool {
        try await self.holds(
            .renewLock,
            self.space.key("lock:\(key)"),
            [RedisCommand.Argument(owner), RedisCommand.Argument(milliseconds: duration)]
        )
    }

    package func releaseLock(_ key: String, owner: String) async throws {
        _ = try await self.holds(.releaseLock, self.space.key("lock:\(key)"), [RedisCommand.Argument(owner)])
    }

    package func setValue(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) async throws {
        _ = try await self.commands.send(
            RedisCommand(
                [
                    "SET", self.valueKey(key), RedisCommand.Argument(value), "PX",
                    RedisCommand.Argument(milliseconds: duration),
                ],
                isRepeatable: true
            )
        )
    }

    package func value(for key: String) async throws -> ByteBuffer? {
        try await self.commands.send(RedisCommand(["GET", self.valueKey(key)], isRepeatable: true)).bytes
    }

    /// Not repeated: a value that was taken and then lost on the way is gone.
    package func takeValue(for key: String) async throws -> ByteBuffer? {
        try await self.commands.send(RedisCommand(["GETDEL", self.valueKey(key)])).bytes
    }

    package func increment(_ key: String, expiringAfter duration: Duration) async throws -> Int {
        let answer = try await self.commands.send(
            RedisCommand(
                .increment,
                keys: [self.space.key("count:\(key)")],
                [RedisCommand.Argument(milliseconds: duration)]
            )
        )
        guard let count = answer.integer else { throw RedisBusError.unreadable }
        return count
    }

    package func ping() async throws {
        _ = try await self.commands.send(RedisCommand(["PING"], isRepeatable: true))
    }

    /// What the server says that it is, as in `7.2.4`; `nil` where it does not tell.
    package func serverVersion() async throws -> String? {
        let answer = try await self.commands.send(RedisCommand(["INFO", "server"], isRepeatable: true))
        guard let text = answer.bytes.map({ String(buffer: $0) }) else { return nil }
        return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
            .map { String($0.dropFirst("redis_version:".count)) }
    }

    private func valueKey(_ key: String) -> RedisCommand.Argument {
        RedisCommand.Argument(self.space.key("value:\(key)"))
    }

    /// Repeatable: asking again after an answer that was lost gives the same.
    private func holds(_ script: Script, _ key: String, _ arguments: [RedisCommand.Argument]) async throws -> Bool {
        try await self.commands.send(RedisCommand(script, keys: [key], arguments, isRepeatable: true)).integer == 1
    }
}
