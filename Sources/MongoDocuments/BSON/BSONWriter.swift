import Domain

/// Writes one BSON document, member by member.
struct BSONWriter {
    private(set) var bytes: [UInt8] = []
    /// Where the documents that are still open begin.
    private var open: [Int] = []

    init(reserving capacity: Int = 256) {
        self.bytes.reserveCapacity(capacity)
        self.begin()
    }

    /// Goes on behind the members of a finished document.
    init(continuing document: BSONDocument) {
        self.bytes = document.bytes.dropLast()
        self.open = [0]
    }

    /// Opens a document; its length is filled in by `end`.
    private mutating func begin() {
        self.open.append(self.bytes.count)
        self.bytes += [0, 0, 0, 0]
    }

    /// Closes the innermost document.
    mutating func end() {
        self.bytes.append(0)
        let start = self.open.removeLast()
        let length = UInt32(truncatingIfNeeded: self.bytes.count - start)
        for shift in 0..<4 { self.bytes[start + shift] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(shift))) }
    }

    /// Closes the outermost document.
    consuming func finish() -> BSONDocument {
        self.end()
        return BSONDocument(bytes: self.bytes)
    }

    mutating func beginDocument(_ name: String) {
        self.header(BSONKind.document, name)
        self.begin()
    }

    mutating func beginArray(_ name: String) {
        self.header(BSONKind.array, name)
        self.begin()
    }

    mutating func append(_ name: String, text: some Collection<UInt8>) {
        self.header(BSONKind.string, name)
        self.fixed(UInt32(truncatingIfNeeded: text.count + 1))
        self.bytes += text
        self.bytes.append(0)
    }

    mutating func append(_ name: String, integer: Int64) {
        self.header(BSONKind.int64, name)
        self.fixed(UInt64(bitPattern: integer))
    }

    mutating func append(_ name: String, double: Double) {
        self.header(BSONKind.double, name)
        self.fixed(double.bitPattern)
    }

    mutating func append(_ name: String, bool: Bool) {
        self.header(BSONKind.bool, name)
        self.bytes.append(bool ? 1 : 0)
    }

    mutating func append(_ name: String, date milliseconds: Int64) {
        self.header(BSONKind.date, name)
        self.fixed(UInt64(bitPattern: milliseconds))
    }

    mutating func appendNull(_ name: String) {
        self.header(BSONKind.null, name)
    }

    mutating func append(_ name: String, _ value: BSON) {
        switch value {
        case .null: self.appendNull(name)
        case .bool(let flag): self.append(name, bool: flag)
        case .int64(let number): self.append(name, integer: number)
        case .double(let number): self.append(name, double: number)
        case .string(let text): self.append(name, text: text.utf8)
        case .date(let milliseconds): self.append(name, date: milliseconds)
        case .array(let items):
            self.beginArray(name)
            for (index, item) in items.enumerated() { self.append(String(index), item) }
            self.end()
        case .document(let members):
            self.beginDocument(name)
            for member in members { self.append(member.name, member.value) }
            self.end()
        case .encoded(let document):
            self.header(BSONKind.document, name)
            self.bytes += document.bytes
        case .other(let kind, let bytes):
            self.header(kind, name)
            self.bytes += bytes
        }
    }

    private mutating func header(_ kind: UInt8, _ name: String) {
        self.bytes.append(kind)
        self.bytes += name.utf8
        self.bytes.append(0)
    }

    private mutating func fixed(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { self.bytes += $0 }
    }
}
