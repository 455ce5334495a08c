/// Reads the few forms of a stylesheet that matter to what the style compiler opens.
struct StylesheetScanner {
    /// No rule that matters is longer, and no stylesheet writes one in more bytes, with an escape for each letter.
    private static let longestName = 32
    private static let longestSpelling = 128

    private let bytes: [UInt8]
    private(set) var index: Int

    init(bytes: [UInt8], index: Int) {
        self.bytes = bytes
        self.index = index
    }

    /// The name of a rule as the most generous reader would see it: escapes are resolved, and a comment or a carriage
    /// return in the middle is passed over.
    ///
    /// A name that is longer than those that matter is cut off, so that no stylesheet is read again and again. `nil`
    /// when it is not over after as many bytes as nobody needs for one.
    mutating func name() -> String? {
        var name: [UInt8] = []
        let end = self.index + Self.longestSpelling
        while name.count <= Self.longestName, let byte = self.byte(at: self.index) {
            guard self.index < end else { return nil }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
                name.append(byte)
                self.index += 1
            case UInt8(ascii: "\\"): name += self.escape()
            case UInt8(ascii: "\r"): self.index += 1
            case UInt8(ascii: "/") where self.byte(at: self.index + 1) == UInt8(ascii: "*"):
                guard let after = Self.endOfComment(in: self.bytes, from: self.index, before: end) else { return nil }
                self.index = after
            default: return String(decoding: name, as: UTF8.self)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The text in quotes that stands next, after any blanks; `nil` for anything else, and for one with escapes.
    mutating func string() -> String? {
        self.skipBlanks()
        guard let quote = self.byte(at: self.index), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return nil
        }
        let start = self.index + 1
        guard let end = self.bytes[start...].firstIndex(of: quote) else { return nil }
        let text = self.bytes[start..<end]
        guard !text.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else { return nil }
        self.index = end + 1
        return String(decoding: text, as: UTF8.self)
    }

    /// Passes over blanks and the word, when that is what stands next.
    @discardableResult
    mutating func skip(word: String) -> Bool {
        self.skipBlanks()
        guard self.bytes[self.index...].starts(with: word.utf8) else { return false }
        self.index += word.utf8.count
        return true
    }

    /// The place after the comment that begins at `start`; `nil` when it is not over before `limit`.
    static func endOfComment(in bytes: [UInt8], from start: Int, before limit: Int) -> Int? {
        var index = start + 2
        while index + 1 < min(limit, bytes.count) {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
            index += 1
        }
        return nil
    }

    private func byte(at index: Int) -> UInt8? {
        index < self.bytes.count ? self.bytes[index] : nil
    }

    private mutating func skipBlanks() {
        while let byte = self.byte(at: self.index), [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) { self.index += 1 }
    }

    /// One escaped character: up to six hexadecimal digits and a blank, or the character itself.
    private mutating func escape() -> [UInt8] {
        self.index += 1
        var value: UInt32 = 0
        var count = 0
        while count < 6, let byte = self.byte(at: self.index),
            let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
        {
            value = value * 16 + UInt32(digit)
            count += 1
            self.index += 1
        }
        if count == 0 {
            guard let byte = self.byte(at: self.index) else { return [] }
            self.index += 1
            return [byte]
        }
        if let byte = self.byte(at: self.index), [0x20, 0x09, 0x0A].contains(byte) { self.index += 1 }
        return Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }
}
