import Bus
import Domain
import NIOCore

/// What Redis does to logs, one command each.
struct LogStore: Sendable {
    /// Records and bytes that one read asks for.
    static let pageRecords = 256
    static let pageBytes = 1024 * 1024

    let link: RedisLink
    let space: Keyspace
    let random: RandomBytes

    func create(_ key: LogKey, limits: LogLimits) async throws {
        let names = LogNames(key, space: self.space)
        let generation = self.random.take(12).map { String($0, radix: 16) }.joined(separator: ".")
        _ = try await self.link.send(
            RedisCommand(
                .createLog,
                keys: [names.facts, names.records],
                [
                    RedisCommand.Argument(generation),
                    RedisCommand.Argument(limits.maximumRecords),
                    RedisCommand.Argument(limits.maximumBytes),
                    RedisCommand.Argument(milliseconds: limits.lifetime),
                    RedisCommand.Argument(names.notes),
                ]
            )
        )
    }

    /// Never sent twice: a record that may have been written is not written again.
    func append(_ records: [ByteBuffer], to key: LogKey) async throws -> Int {
        let names = LogNames(key, space: self.space)
        let answer = try await self.link.send(
            RedisCommand(
                .append,
                keys: [names.facts, names.records],
                [RedisCommand.Argument(names.notes)] + records.map { RedisCommand.Argument($0) }
            )
        )
        switch answer.integer {
        case -1: throw LogError.noSuchLog
        case -2: throw LogError.finished
        case .some(let last): return last
        case nil: throw RedisBusError.unreadable
        }
    }

    func finish(_ key: LogKey) async throws {
        let names = LogNames(key, space: self.space)
        _ = try await self.link.send(
            RedisCommand(
                .finishLog,
                keys: [names.facts, names.records],
                [RedisCommand.Argument(names.notes)],
                isRepeatable: true
            )
        )
    }

    /// Up to `count` records after the cursor, or `nil` when there is no log.
    func read(_ key: LogKey, after cursor: Int, count: Int = Self.pageRecords) async throws -> LogPage? {
        let names = LogNames(key, space: self.space)
        let answer = try await self.link.send(
            RedisCommand(
                .readLog,
                keys: [names.facts, names.records],
                [
                    RedisCommand.Argument(max(0, min(cursor, 1 << 52))),
                    RedisCommand.Argument(count),
                    RedisCommand.Argument(Self.pageBytes),
                ],
                isRepeatable: true
            )
        )
        guard let page = try LogPage(answer) else { return nil }
        // The facts without the records: Redis has thrown some of its memory away.
        if count > 0, page.records.isEmpty, cursor < page.state.lastSequence { return nil }
        return page
    }
}
