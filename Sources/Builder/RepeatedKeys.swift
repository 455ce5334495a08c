import Foundation

/// Finds a key that an object of a JSON document has twice.
///
/// Of the two we read the first and npm the last: what was checked would not be what is used.
struct RepeatedKeys {
    /// The keys of the objects that are open, outermost first; `nil` stands for an array.
    private var open: [Set<String>?] = []
    private var expectsKey = false

    /// One such key of a valid document; `nil` when there is none.
    static func first(in document: Data) -> String? {
        var reader = Self()
        return reader.read(Array(document))
    }

    private mutating func read(_ bytes: [UInt8]) -> String? {
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let start = index
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                let text = bytes[start..<min(index + 1, bytes.count)]
                if self.expectsKey, let key = self.repeated(Self.text(text)) { return key }
            case UInt8(ascii: "{"): self.begin([])
            case UInt8(ascii: "["): self.begin(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                self.open.removeLast(min(1, self.open.count))
                self.expectsKey = false
            case UInt8(ascii: ":"): self.expectsKey = false
            case UInt8(ascii: ","): self.expectsKey = (self.open.last ?? nil) != nil
            default: break
            }
            index += 1
        }
        return nil
    }

    private mutating func begin(_ keys: Set<String>?) {
        self.open.append(keys)
        self.expectsKey = keys != nil
    }

    private mutating func repeated(_ key: String) -> String? {
        guard let last = self.open.indices.last, let isNew = self.open[last]?.insert(key).inserted, !isNew else {
            return nil
        }
        return key
    }

    /// What a quoted text says; one with escapes may say the same as one without.
    private static func text(_ quoted: ArraySlice<UInt8>) -> String {
        if quoted.contains(UInt8(ascii: "\\")), let text = try? JSONDecoder().decode(String.self, from: Data(quoted)) {
            return text
        }
        // Without escapes, or not valid, which whoever parses the document says.
        return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }
}
