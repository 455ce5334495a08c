package import Domain

/// Cuts a JSON value to a number of bytes, so that what is stored stays far from an engine's document limit (spec 02 B7).
package struct JSONBudget: Sendable {
    package static let cutMarker = "\n… cut for storage …"

    /// Bytes that may still be kept.
    package private(set) var remaining: Int

    package init(_ bytes: Int) {
        self.remaining = max(0, bytes)
    }

    /// The value, its longest tail of strings, elements and members left out when it is over the budget.
    package mutating func fit(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(self.fit(text))
        case .array(let items):
            var kept: [JSONValue] = []
            for item in items {
                guard self.remaining > 0 else { break }
                self.remaining -= 2
                kept.append(self.fit(item))
            }
            return .array(kept)
        case .object(let members):
            var kept: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                guard self.remaining > name.utf8.count else { break }
                self.remaining -= name.utf8.count + 4
                kept[name] = self.fit(member)
            }
            return .object(kept)
        case .null, .bool, .integer, .number:
            self.remaining -= 8
            return value
        }
    }

    package mutating func fit(_ text: String) -> String {
        defer { self.remaining -= min(text.utf8.count, max(0, self.remaining)) }
        guard text.utf8.count > self.remaining else { return text }
        return Self.prefix(text, bytes: max(0, self.remaining)) + Self.cutMarker
    }

    /// As many whole scalars as fit into the bytes; a character may be of any length.
    private static func prefix(_ text: String, bytes: Int) -> String {
        let utf8 = text.utf8
        var end = utf8.index(utf8.startIndex, offsetBy: bytes)
        while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return String(text[..<end])
    }
}
