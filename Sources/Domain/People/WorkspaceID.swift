/// Names a workspace: the slug it was created with, 1–80 characters of `a-z 0-9 -`, alphanumeric at both ends (spec 01 §1).
package struct WorkspaceID: Hashable, Sendable {
    package static let maximumLength = 80

    package let rawValue: String

    /// Accepts the slug after trimming and lowercasing; anything else is no workspace.
    package init?(_ text: some StringProtocol) {
        // As links have it: nothing to trim and nothing to lower.
        if Self.isSlug(text) {
            self.rawValue = String(text)
            return
        }
        let slug = text.trimmingWhitespace().lowercased()
        guard Self.isSlug(slug) else { return nil }
        self.rawValue = slug
    }

    private static func isSlug(_ text: some StringProtocol) -> Bool {
        guard (1...Self.maximumLength).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || Self.isAlphanumeric($0) }),
            let first = text.unicodeScalars.first, let last = text.unicodeScalars.last
        else { return false }
        return first != "-" && last != "-"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}

extension WorkspaceID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let slug = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "A workspace id is a slug of 1 to 80 characters."
                )
            )
        }
        self = slug
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.rawValue)
    }
}

extension WorkspaceID: CustomStringConvertible {
    package var description: String { self.rawValue }
}
