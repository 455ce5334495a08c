import Bus
import NIOCore

/// Some records of a log, and how the log was at that moment.
struct LogPage: Sendable, Equatable {
    /// Another one under the same key is another log.
    var generation: String
    var state: LogState
    var records: [LogRecord]

    /// Reads the answer of `Script.readLog`; `nil` when there is no log.
    init?(_ value: RedisValue) throws(RedisBusError) {
        guard value != .null else { return nil }
        guard let parts = value.list, parts.count >= 4, parts.count.isMultiple(of: 2),
            let generation = parts[0].bytes, let first = parts[1].integer, let last = parts[2].integer,
            let finished = parts[3].integer
        else { throw .unreadable }
        self.generation = String(buffer: generation)
        self.state = LogState(firstSequence: first, lastSequence: last, isFinished: finished == 1)
        self.records = []
        self.records.reserveCapacity(parts.count / 2 - 2)
        for index in stride(from: 4, to: parts.count, by: 2) {
            guard let sequence = parts[index].integer, let payload = parts[index + 1].bytes else { throw .unreadable }
            self.records.append(LogRecord(sequence: sequence, payload: payload))
        }
    }
}
