/// Finds the tags of an HTML document with their places in its bytes.
///
/// It follows the HTML tokeniser where that matters for finding tags: comments, quoted attributes, and elements
/// whose content is text. It never fails; what it does not understand is text.
struct HTMLTags: Sequence, IteratorProtocol {
    struct Attribute {
        /// Lowercase.
        let name: String
        let value: String
        /// The value without its quotes; empty at the end of the name when there is none.
        let valueRange: Range<Int>
    }

    struct Tag {
        /// Lowercase.
        let name: String
        let isEnd: Bool
        let attributes: [Attribute]
        /// From `<` to behind `>`.
        let range: Range<Int>

        func attribute(_ name: String) -> Attribute? {
            self.attributes.first { $0.name == name }
        }
    }

    private static let textElements: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
    ]

    private let bytes: [UInt8]
    private var position = 0
    /// The element whose text we are in.
    private var textElement: String?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Tag? {
        while let start = self.find(UInt8(ascii: "<"), from: self.position) {
            if let element = self.textElement {
                guard self.isEndTag(of: element, at: start) else {
                    self.position = start + 1
                    continue
                }
                self.textElement = nil
            }
            if self.matches("<!--", at: start) {
                self.position = self.endOfComment(from: start)
            } else if start + 1 < self.bytes.count,
                [UInt8(ascii: "!"), UInt8(ascii: "?")].contains(self.bytes[start + 1])
            {
                self.position = (self.find(UInt8(ascii: ">"), from: start) ?? self.bytes.count - 1) + 1
            } else if self.startsTag(at: start) {
                // A tag that never ends takes the rest of the document with it, here as in a browser.
                guard let tag = self.tag(at: start) else { break }
                self.position = tag.range.upperBound
                if !tag.isEnd, Self.textElements.contains(tag.name) { self.textElement = tag.name }
                return tag
            } else {
                self.position = start + 1
            }
        }
        self.position = self.bytes.count
        return nil
    }

    /// `<` or `</`, and a letter.
    private func startsTag(at start: Int) -> Bool {
        let isEnd = start + 1 < self.bytes.count && self.bytes[start + 1] == UInt8(ascii: "/")
        let name = start + (isEnd ? 2 : 1)
        return name < self.bytes.count && self.bytes[name].isLetter
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard start < self.bytes.count else { return nil }
        return self.bytes[start...].firstIndex(of: byte)
    }

    private func matches(_ text: String, at start: Int) -> Bool {
        let expected = text.utf8
        guard start + expected.count <= self.bytes.count else { return false }
        return zip(self.bytes[start...], expected).allSatisfy { $0.asLowercase == $1.asLowercase }
    }

    private func isEndTag(of name: String, at start: Int) -> Bool {
        guard self.matches("</" + name, at: start) else { return false }
        let end = start + 2 + name.utf8.count
        return end >= self.bytes.count || self.bytes[end].endsTagName
    }

    private func endOfComment(from start: Int) -> Int {
        if self.matches("<!-->", at: start) { return start + 5 }
        if self.matches("<!--->", at: start) { return start + 6 }
        var position = start + 4
        while let dash = self.find(UInt8(ascii: "-"), from: position) {
            if self.matches("-->", at: dash) { return dash + 3 }
            if self.matches("--!>", at: dash) { return dash + 4 }
            position = dash + 1
        }
        return self.bytes.count
    }

    /// The tag that starts here, or `nil` when it never ends.
    private func tag(at start: Int) -> Tag? {
        let isEnd = self.bytes[start + 1] == UInt8(ascii: "/")
        let nameStart = start + (isEnd ? 2 : 1)
        var position = nameStart
        while position < self.bytes.count, !self.bytes[position].endsTagName { position += 1 }
        let name = self.lowercased(nameStart..<position)

        var attributes: [Attribute] = []
        while position < self.bytes.count {
            let byte = self.bytes[position]
            if byte == UInt8(ascii: ">") {
                return Tag(name: name, isEnd: isEnd, attributes: attributes, range: start..<position + 1)
            }
            if byte.isSpace || byte == UInt8(ascii: "/") {
                position += 1
                continue
            }
            guard let (attribute, end) = self.attribute(at: position) else { return nil }
            attributes.append(attribute)
            position = end
        }
        return nil
    }

    private func attribute(at start: Int) -> (Attribute, Int)? {
        var position = start + 1
        while position < self.bytes.count {
            let byte = self.bytes[position]
            if byte.endsTagName || byte == UInt8(ascii: "=") { break }
            position += 1
        }
        let name = self.lowercased(start..<position)
        var next = position
        while next < self.bytes.count, self.bytes[next].isSpace { next += 1 }
        guard next < self.bytes.count, self.bytes[next] == UInt8(ascii: "=") else {
            return (Attribute(name: name, value: "", valueRange: position..<position), position)
        }
        next += 1
        while next < self.bytes.count, self.bytes[next].isSpace { next += 1 }
        guard next < self.bytes.count else { return nil }
        let quote = self.bytes[next]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            guard let end = self.find(quote, from: next + 1) else { return nil }
            return (self.attribute(name, next + 1..<end), end + 1)
        }
        var end = next
        while end < self.bytes.count, !self.bytes[end].isSpace, self.bytes[end] != UInt8(ascii: ">") { end += 1 }
        return (self.attribute(name, next..<end), end)
    }

    private func attribute(_ name: String, _ range: Range<Int>) -> Attribute {
        Attribute(name: name, value: String(decoding: self.bytes[range], as: UTF8.self), valueRange: range)
    }

    private func lowercased(_ range: Range<Int>) -> String {
        String(decoding: self.bytes[range].map(\.asLowercase), as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var asLowercase: UInt8 { (65...90).contains(self) ? self + 32 : self }
    fileprivate var isLetter: Bool { (97...122).contains(self.asLowercase) }
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0C || self == 0x0D }
    fileprivate var endsTagName: Bool { self.isSpace || self == UInt8(ascii: "/") || self == UInt8(ascii: ">") }
}

/// Changes to a document, by place; made in one go.
struct HTMLEdits {
    private var edits: [(range: Range<Int>, text: String)] = []

    mutating func replace(_ range: Range<Int>, with text: String) {
        self.edits.append((range, text))
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for edit in self.edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where edit.range.lowerBound >= position {
            result += bytes[position..<edit.range.lowerBound]
            result += edit.text.utf8
            position = edit.range.upperBound
        }
        return result + bytes[position...]
    }
}

/// A `src` or `href` as it stands in a document.
struct HTMLReference {
    /// The path from the root of the app, without query and fragment; `nil` when it leads elsewhere.
    let path: String?
    /// The same reference, relative to the document, when it was written from the root.
    let relative: String?

    init(_ value: String) {
        let text = value.drop { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        let isRooted = text.hasPrefix("/") && !text.hasPrefix("//") && !text.hasPrefix("/\\")
        self.relative = isRooted ? "." + text : nil
        guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix("//"), !text.hasPrefix("\\"),
            !text.prefix(while: { $0 != "/" && $0 != "?" && $0 != "#" }).contains(":")
        else {
            self.path = nil
            return
        }
        var segments: [Substring] = []
        for segment in text.prefix(while: { $0 != "?" && $0 != "#" }).split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        self.path = segments.joined(separator: "/")
    }
}
