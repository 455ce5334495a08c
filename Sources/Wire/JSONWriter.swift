package import Domain
package import NIOCore

/// Writes JSON straight into a buffer: hot answers (lists, chunks) never pass through an encoder (architecture §11).
///
/// The caller says what comes in which order; the writer puts the commas. Misuse shows in tests, not in types.
package struct JSONWriter: Sendable {
    package private(set) var buffer: ByteBuffer
    private var needsComma = false

    package init(buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        self.separate()
        self.buffer.writeInteger(UInt8(ascii: "{"))
        self.needsComma = false
        try body(&self)
        self.buffer.writeInteger(UInt8(ascii: "}"))
        self.needsComma = true
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        self.separate()
        self.buffer.writeInteger(UInt8(ascii: "["))
        self.needsComma = false
        try body(&self)
        self.buffer.writeInteger(UInt8(ascii: "]"))
        self.needsComma = true
    }

    package mutating func key(_ name: StaticString) {
        self.separate()
        self.buffer.writeInteger(UInt8(ascii: "\""))
        self.buffer.writeStaticString(name)
        self.buffer.writeStaticString("\":")
        self.needsComma = false
    }

    package mutating func field(_ name: StaticString, _ text: String?) {
        self.key(name)
        if let text { self.string(text) } else { self.null() }
    }

    package mutating func field(_ name: StaticString, _ number: Int) {
        self.key(name)
        self.integer(number)
    }

    package mutating func field(_ name: StaticString, _ flag: Bool) {
        self.key(name)
        self.bool(flag)
    }

    package mutating func field(_ name: StaticString, _ time: Timestamp?) {
        self.field(name, time?.text)
    }

    /// Bytes that are JSON already.
    package mutating func field(_ name: StaticString, raw: some Collection<UInt8>) {
        self.key(name)
        self.raw(raw)
    }

    package mutating func raw(_ bytes: some Collection<UInt8>) {
        self.separate()
        self.buffer.writeBytes(bytes)
        self.needsComma = true
    }

    package mutating func integer(_ number: Int) {
        self.separate()
        self.buffer.writeString(String(number))
        self.needsComma = true
    }

    package mutating func number(_ number: Double) {
        self.separate()
        self.buffer.writeString(number.isFinite ? String(number) : "0")
        self.needsComma = true
    }

    package mutating func bool(_ flag: Bool) {
        self.separate()
        self.buffer.writeString(flag ? "true" : "false")
        self.needsComma = true
    }

    package mutating func null() {
        self.separate()
        self.buffer.writeStaticString("null")
        self.needsComma = true
    }

    /// Text in quotes.
    ///
    /// Besides what JSON demands, `<` and the line separators are escaped: the bytes may stand in HTML.
    package mutating func string(_ text: String) {
        self.separate()
        self.buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                let isSeparator =
                    byte == 0xE2 && index + 2 < bytes.count && bytes[index + 1] == 0x80
                    && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9)
                guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x3C || isSeparator else {
                    index += 1
                    continue
                }
                self.buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<index]))
                if isSeparator {
                    self.buffer.writeString(bytes[index + 2] == 0xA8 ? "\\u2028" : "\\u2029")
                    index += 3
                } else {
                    self.escape(byte)
                    index += 1
                }
                start = index
            }
            self.buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<bytes.count]))
        }
        self.buffer.writeInteger(UInt8(ascii: "\""))
        self.needsComma = true
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let flag): self.bool(flag)
        case .integer(let number): self.integer(Int(number))
        case .number(let number): self.number(number)
        case .string(let text): self.string(text)
        case .array(let items): self.array { writer in for item in items { writer.value(item) } }
        case .object(let members):
            self.object { writer in
                for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                    writer.string(name)
                    writer.colon()
                    writer.value(member)
                }
            }
        }
    }

    private mutating func colon() {
        self.buffer.writeInteger(UInt8(ascii: ":"))
        self.needsComma = false
    }

    private mutating func separate() {
        if self.needsComma { self.buffer.writeInteger(UInt8(ascii: ",")) }
        self.needsComma = false
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: self.buffer.writeStaticString("\\\"")
        case 0x5C: self.buffer.writeStaticString("\\\\")
        case 0x0A: self.buffer.writeStaticString("\\n")
        case 0x0D: self.buffer.writeStaticString("\\r")
        case 0x09: self.buffer.writeStaticString("\\t")
        default: self.buffer.writeString("\\u00" + [byte].hexadecimal)
        }
    }
}
