import Documents
import Domain
import Foundation

/// A stored document as the JSON text that the port speaks.
struct JSONText {
    private var bytes: [UInt8] = []

    /// - Throws: `MalformedBSON`; `DocumentStoreError.malformed` for a kind of value that JSON does not have.
    static func data(of document: UnsafeRawBufferPointer) throws -> Data {
        var text = Self()
        text.bytes.reserveCapacity(document.count)
        try text.object(document)
        return Data(text.bytes)
    }

    private mutating func object(_ document: UnsafeRawBufferPointer) throws {
        var reader = try BSONReader(document)
        self.bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        while let element = try reader.next() {
            guard let name = StoredName.decode(element.name) else { continue }
            if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            name.withUnsafeBytes { self.string($0) }
            self.bytes.append(UInt8(ascii: ":"))
            try self.value(element)
        }
        self.bytes.append(UInt8(ascii: "}"))
    }

    private mutating func array(_ document: UnsafeRawBufferPointer) throws {
        var reader = try BSONReader(document)
        self.bytes.append(UInt8(ascii: "["))
        var isFirst = true
        while let element = try reader.next() {
            if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            try self.value(element)
        }
        self.bytes.append(UInt8(ascii: "]"))
    }

    private mutating func value(_ element: BSONReader.Element) throws {
        switch element.kind {
        case BSONKind.string: self.string(element.text)
        case BSONKind.int32, BSONKind.int64: self.bytes += String(element.integer).utf8
        case BSONKind.double:
            guard element.double.isFinite else { throw DocumentStoreError.malformed("JSON has no such number.") }
            self.bytes += element.double.description.utf8
        case BSONKind.bool: self.bytes += (element.content[0] != 0 ? "true" : "false").utf8
        case BSONKind.null, BSONKind.undefined: self.bytes += "null".utf8
        case BSONKind.document: try self.object(element.content)
        case BSONKind.array: try self.array(element.content)
        // Written by other programs: as people read them.
        case BSONKind.date:
            self.bytes += "\"\(Timestamp(milliseconds: element.integer).text)\"".utf8
        case BSONKind.objectID:
            self.bytes +=
                "\"\(element.content.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined())\""
                .utf8
        default: throw DocumentStoreError.malformed("A stored document has a value of a kind that JSON does not have.")
        }
    }

    private mutating func string(_ text: UnsafeRawBufferPointer) {
        self.bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            self.bytes += text[start..<index]
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""): self.bytes += #"\""#.utf8
            case UInt8(ascii: "\\"): self.bytes += #"\\"#.utf8
            case UInt8(ascii: "\n"): self.bytes += #"\n"#.utf8
            case UInt8(ascii: "\r"): self.bytes += #"\r"#.utf8
            case UInt8(ascii: "\t"): self.bytes += #"\t"#.utf8
            default:
                self.bytes += (byte < 16 ? #"\u000"# : #"\u00"#).utf8
                self.bytes += String(byte, radix: 16).utf8
            }
        }
        self.bytes += text[start..<text.count]
        self.bytes.append(UInt8(ascii: "\""))
    }
}
