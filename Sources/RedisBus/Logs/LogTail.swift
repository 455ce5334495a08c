import Bus
import NIOCore

/// The newest records of a followed log, shared by everybody who follows it here; bounded, whatever readers do.
struct LogTail: Sendable {
    static let maximumRecords = 1024
    static let maximumBytes = 4 * 1024 * 1024

    enum Next: Equatable, Sendable {
        case batch([LogRecord])
        /// Older than what is kept here: ask Redis.
        case older
        case wait
        case end
    }

    private var records: CircularBuffer<LogRecord> = []
    private var bytes = 0
    /// The last sequence number that was seen.
    private(set) var last: Int
    var isFinished = false

    /// Begins after `cursor`.
    init(after cursor: Int) {
        self.last = cursor
    }

    var count: Int { self.records.count }

    /// Adds records in order; a hole before them means that the earlier ones are of no use here.
    mutating func append(_ new: [LogRecord]) {
        guard let first = new.first, let newest = new.last, newest.sequence > self.last else { return }
        if first.sequence > self.last + 1 {
            self.records.removeAll()
            self.bytes = 0
        }
        for record in new where record.sequence > self.last {
            self.records.append(record)
            self.bytes += record.payload.readableBytes
        }
        self.last = newest.sequence
        while self.records.count > 1,
            self.records.count > Self.maximumRecords || self.bytes > Self.maximumBytes
        {
            self.bytes -= self.records.removeFirst().payload.readableBytes
        }
    }

    func next(after cursor: Int, atMost limit: Int) -> Next {
        guard cursor < self.last else { return self.isFinished ? .end : .wait }
        guard let first = self.records.first?.sequence, cursor + 1 >= first else { return .older }
        let start = cursor + 1 - first
        let end = min(self.records.count, start + limit)
        return .batch((start..<end).map { self.records[offset: $0] })
    }
}
