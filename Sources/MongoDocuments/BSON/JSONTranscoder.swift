import Documents
import Foundation

/// Turns a JSON object into BSON in one pass.
///
/// Texts are copied, integers that fit 64 bits stay integers, other numbers become doubles, names go through `StoredName`.
/// What is no JSON object refuses with `DocumentStoreError.malformed`.
struct JSONTranscoder {
    struct Outcome {
        var document: BSONDocument
        var id: String
        /// The texts of the members that were asked for, when they are texts at the top of the document.
        var texts: [String: String]
    }

    private static let noDocument = DocumentStoreError.malformed("A document is a JSON object with a text _id.")

    private let bytes: UnsafeBufferPointer<UInt8>
    private let wanted: Set<String>
    private var position = 0
    private var writer: BSONWriter
    private var id: String?
    private var texts: [String: String] = [:]

    /// Transcodes, and notes the texts of the `wanted` members at the top of the document.
    static func transcode(_ json: Data, noting wanted: Set<String> = []) throws -> Outcome {
        guard String(validating: json, as: UTF8.self) != nil else { throw Self.noDocument }
        let contiguous = Array(json)
        return try contiguous.withUnsafeBufferPointer { bytes in
            var transcoder = Self(bytes, wanted)
            return try transcoder.run()
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ wanted: Set<String>) {
        self.bytes = bytes
        self.wanted = wanted
        self.writer = BSONWriter(reserving: bytes.count + bytes.count / 4 + 64)
    }

    private mutating func run() throws -> Outcome {
        self.skipSpace()
        try self.expect("{")
        try self.members(depth: 1)
        self.skipSpace()
        guard self.position == self.bytes.count, let id = self.id else { throw Self.noDocument }
        return Outcome(document: self.writer.finish(), id: id, texts: self.texts)
    }

    /// After the opening brace, up to and with the closing one.
    private mutating func members(depth: Int) throws {
        guard depth <= DocumentLimits.maximumDepth else { throw DocumentLimits.tooDeep }
        self.skipSpace()
        if self.take("}") { return }
        repeat {
            self.skipSpace()
            let name = String(decoding: try self.string(), as: UTF8.self)
            self.skipSpace()
            try self.expect(":")
            try self.value(StoredName.encode(name), depth: depth, top: depth == 1 ? name : nil)
            self.skipSpace()
        } while self.take(",")
        try self.expect("}")
    }

    private mutating func elements(depth: Int) throws {
        guard depth <= DocumentLimits.maximumDepth else { throw DocumentLimits.tooDeep }
        self.skipSpace()
        if self.take("]") { return }
        var index = 0
        repeat {
            try self.value(String(index), depth: depth, top: nil)
            index += 1
            self.skipSpace()
        } while self.take(",")
        try self.expect("]")
    }

    /// A value; `top` is the member's name when it is one of the document itself.
    private mutating func value(_ name: String, depth: Int, top: String?) throws {
        self.skipSpace()
        guard let byte = self.peek() else { throw Self.noDocument }
        if top == "_id", byte != UInt8(ascii: "\"") || self.id != nil { throw Self.noDocument }
        switch byte {
        case UInt8(ascii: "\""):
            let text = try self.string()
            if let top {
                if top == "_id" { self.id = String(decoding: text, as: UTF8.self) }
                if self.wanted.contains(top) { self.texts[top] = String(decoding: text, as: UTF8.self) }
            }
            self.writer.append(name, text: text)
        case UInt8(ascii: "{"):
            self.position += 1
            self.writer.beginDocument(name)
            try self.members(depth: depth + 1)
            self.writer.end()
        case UInt8(ascii: "["):
            self.position += 1
            self.writer.beginArray(name)
            try self.elements(depth: depth + 1)
            self.writer.end()
        case UInt8(ascii: "t"):
            try self.word("true")
            self.writer.append(name, bool: true)
        case UInt8(ascii: "f"):
            try self.word("false")
            self.writer.append(name, bool: false)
        case UInt8(ascii: "n"):
            try self.word("null")
            self.writer.appendNull(name)
        default:
            switch try JSONNumber.read(self.bytes, at: &self.position) {
            case .integer(let number): self.writer.append(name, integer: number)
            case .double(let number): self.writer.append(name, double: number)
            }
        }
    }

    // MARK: - Signs

    private func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private mutating func skipSpace() {
        while let byte = self.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.position += 1
        }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard self.peek() == UInt8(ascii: sign) else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ sign: Unicode.Scalar) throws {
        guard self.take(sign) else { throw Self.noDocument }
    }

    private mutating func word(_ word: StaticString) throws {
        for offset in 0..<word.utf8CodeUnitCount {
            guard self.peek() == word.utf8Start[offset] else { throw Self.noDocument }
            self.position += 1
        }
    }

    /// A text in quotes, its escapes resolved.
    private mutating func string() throws -> ArraySlice<UInt8> {
        try self.expect("\"")
        var text: [UInt8] = []
        var start = self.position
        while let byte = self.peek() {
            switch byte {
            case UInt8(ascii: "\""):
                text += UnsafeBufferPointer(rebasing: self.bytes[start..<self.position])
                self.position += 1
                return text[...]
            case UInt8(ascii: "\\"):
                text += UnsafeBufferPointer(rebasing: self.bytes[start..<self.position])
                self.position += 1
                text += Array(String(try self.escape()).utf8)
                start = self.position
            case 0..<0x20:
                throw Self.noDocument
            default:
                self.position += 1
            }
        }
        throw Self.noDocument
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = self.peek() else { throw Self.noDocument }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try self.unicode()
        default: throw Self.noDocument
        }
    }

    /// Four hexadecimal digits, or twice four for what lies beyond the basic plane.
    private mutating func unicode() throws -> Unicode.Scalar {
        let unit = try self.hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, self.take("\\"), self.take("u") else { throw Self.noDocument }
        let low = try self.hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw Self.noDocument }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw Self.noDocument
            }
            number = number << 4 | UInt32(digit)
            self.position += 1
        }
        return number
    }
}
