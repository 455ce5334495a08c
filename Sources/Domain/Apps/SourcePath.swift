/// A path inside an app's source: relative, no `.`, `..` or empty segment, no NUL or backslash, at most 240 bytes.
package struct SourcePath: Hashable, Sendable, Comparable {
    package static let maximumLength = 240

    package let rawValue: String

    package init?(_ text: some StringProtocol) {
        let text = String(text)
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...Self.maximumLength).contains(text.utf8.count),
            !text.utf8.contains(0), !text.utf8.contains(UInt8(ascii: "\\")),
            segments.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
        else { return nil }
        self.rawValue = text
    }

    /// The names between the slashes.
    package var segments: [Substring] { self.rawValue.split(separator: "/") }

    /// Order of the UTF-8 bytes, the same on every machine (spec 02 B9).
    package static func < (one: Self, other: Self) -> Bool {
        one.rawValue.utf8.lexicographicallyPrecedes(other.rawValue.utf8)
    }
}

extension SourcePath: Codable, CodingKeyRepresentable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let path = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "Not a relative source path.")
            )
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.rawValue)
    }

    package init?<Key: CodingKey>(codingKey: Key) {
        self.init(codingKey.stringValue)
    }

    package var codingKey: any CodingKey { PathKey(stringValue: self.rawValue) }

    private struct PathKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension SourcePath: CustomStringConvertible {
    package var description: String { self.rawValue }
}
