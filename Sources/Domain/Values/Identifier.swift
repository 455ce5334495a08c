/// Names one document of one kind: 24 lowercase hexadecimal characters, made by the server (spec 01 §1).
///
/// The entity is a phantom: it keeps an app's id from being handed over as a run's.
package struct Identifier<Entity>: Hashable, Sendable {
    package let rawValue: String

    /// Accepts the 24 hexadecimal characters in any case and with white space around; anything else is no id.
    package init?(_ text: some StringProtocol) {
        // As we write it ourselves: nothing to trim and nothing to lower.
        if text.utf8.count == 24, text.utf8.allSatisfy(Self.isHexadecimal) {
            self.rawValue = String(text)
            return
        }
        let trimmed = text.trimmingWhitespace().lowercased()
        guard trimmed.utf8.count == 24, trimmed.utf8.allSatisfy(Self.isHexadecimal) else { return nil }
        self.rawValue = trimmed
    }

    init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "An id has 24 hexadecimal characters.")
            )
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.rawValue)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { self.rawValue }
}

extension StringProtocol {
    /// The text without white space and line breaks at its ends.
    package func trimmingWhitespace() -> String {
        // Visible ASCII at both ends, and nothing that could join with what is before it: nothing to look for.
        let visible = Unicode.Scalar(0x21)...Unicode.Scalar(0x7E)
        if let first = self.unicodeScalars.first, let last = self.unicodeScalars.last, visible.contains(first),
            visible.contains(last)
        {
            return String(self)
        }
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
