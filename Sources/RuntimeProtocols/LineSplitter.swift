/// Cuts a byte stream into lines and never holds more than a limit of one.
package struct LineSplitter: Sendable {
    package enum Line: Sendable, Equatable {
        case whole([UInt8])
        /// A line beyond the limit: only its first `limit` bytes.
        case head([UInt8])
    }

    private let limit: Int
    private var pending: [UInt8] = []
    private var isOverlong = false

    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next bytes and hands over the lines that they finish, without their line feeds; empty ones are left out.
    package mutating func append(_ bytes: UnsafeRawBufferPointer, _ body: (Line) throws -> Void) rethrows {
        var rest = bytes[...]
        while let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
            self.hold(rest[..<feed])
            rest = rest[(feed + 1)...]
            if let line = self.take() { try body(line) }
        }
        self.hold(rest)
    }

    /// The bytes after the last line feed, if there are any.
    package mutating func finish() -> Line? { self.take() }

    private mutating func hold(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = self.limit - self.pending.count
        if bytes.count > room { self.isOverlong = true }
        self.pending.append(contentsOf: bytes.prefix(max(0, room)))
    }

    private mutating func take() -> Line? {
        defer {
            self.pending = []
            self.isOverlong = false
        }
        if self.pending.isEmpty { return nil }
        return self.isOverlong ? .head(self.pending) : .whole(self.pending)
    }
}
