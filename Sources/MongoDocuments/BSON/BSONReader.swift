/// Walks over the members of one BSON document, without copying.
///
/// Lengths come from the wire: every one is checked against what is there.
struct BSONReader {
    struct Element {
        let kind: UInt8
        let name: UnsafeRawBufferPointer
        /// The value's own bytes.
        let content: UnsafeRawBufferPointer

        var nameText: String { String(decoding: self.name, as: UTF8.self) }

        func isNamed(_ text: StaticString) -> Bool {
            self.name.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }

        /// A text without its length and final zero.
        var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self.content[4..<self.content.count - 1]) }

        var integer: Int64 {
            self.kind == BSONKind.int32
                ? Int64(Int32(littleEndian: self.content.loadUnaligned(as: Int32.self)))
                : Int64(littleEndian: self.content.loadUnaligned(as: Int64.self))
        }

        var double: Double {
            Double(bitPattern: UInt64(littleEndian: self.content.loadUnaligned(as: UInt64.self)))
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 4

    init(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count >= 5, bytes.last == 0 else { throw MalformedBSON() }
        let length = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        guard Int(length) == bytes.count else { throw MalformedBSON() }
        self.bytes = bytes
    }

    /// The next member, `nil` after the last.
    mutating func next() throws -> Element? {
        guard self.position < self.bytes.count - 1 else { return nil }
        let kind = self.bytes[self.position]
        self.position += 1
        let nameStart = self.position
        while self.position < self.bytes.count, self.bytes[self.position] != 0 { self.position += 1 }
        let name = UnsafeRawBufferPointer(rebasing: self.bytes[nameStart..<self.position])
        self.position += 1
        let length = try self.length(of: kind)
        guard length >= 0, self.position + length < self.bytes.count else { throw MalformedBSON() }
        let content = UnsafeRawBufferPointer(rebasing: self.bytes[self.position..<self.position + length])
        self.position += length
        return Element(kind: kind, name: name, content: content)
    }

    private func length(of kind: UInt8) throws -> Int {
        switch kind {
        case BSONKind.null, BSONKind.undefined, BSONKind.minimumKey, BSONKind.maximumKey: return 0
        case BSONKind.bool: return 1
        case BSONKind.int32: return 4
        case BSONKind.double, BSONKind.date, BSONKind.int64, BSONKind.timestamp: return 8
        case BSONKind.objectID: return 12
        case BSONKind.decimal: return 16
        case BSONKind.string:
            let length = try self.prefix()
            guard length >= 1 else { throw MalformedBSON() }
            return 4 + length
        case BSONKind.document, BSONKind.array:
            let length = try self.prefix()
            guard length >= 5 else { throw MalformedBSON() }
            return length
        case BSONKind.binary: return 5 + (try self.prefix())
        default: throw MalformedBSON()
        }
    }

    private func prefix() throws -> Int {
        guard self.position + 4 <= self.bytes.count else { throw MalformedBSON() }
        return Int(Int32(littleEndian: self.bytes.loadUnaligned(fromByteOffset: self.position, as: Int32.self)))
    }

    /// The member with this name.
    consuming func member(_ name: StaticString) throws -> Element? {
        while let element = try self.next() {
            if element.isNamed(name) { return element }
        }
        return nil
    }

    /// All of it as a value.
    consuming func value() throws -> BSON {
        var members: [BSON.Member] = []
        while let element = try self.next() {
            members.append(.init(name: element.nameText, value: try Self.value(of: element)))
        }
        return .document(members)
    }

    static func value(of element: Element) throws -> BSON {
        switch element.kind {
        case BSONKind.null, BSONKind.undefined: .null
        case BSONKind.bool: .bool(element.content[0] != 0)
        case BSONKind.int32, BSONKind.int64: .int64(element.integer)
        case BSONKind.double: .double(element.double)
        case BSONKind.string: .string(String(decoding: element.text, as: UTF8.self))
        case BSONKind.date: .date(element.integer)
        case BSONKind.document: try BSONReader(element.content).value()
        case BSONKind.array: .array(try BSONReader(element.content).value().members?.map(\.value) ?? [])
        default: .other(kind: element.kind, bytes: Array(element.content))
        }
    }
}
