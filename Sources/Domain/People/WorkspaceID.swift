/// Names a workspace: the slug it was created with, 1–80 characters of `a-z 0-9 -`, alphanumeric at both ends (spec 01 §1).
package struct WorkspaceID: Hashable, Sendable {
    package static let maximumLength = 80

    package let rawValue: String

    /// Accepts the slug after trimming and lowercasing; anything else is no workspace.
    package init?(_ text: some StringProtocol) {
        let slug = text.trimmingWhitespace().lowercased()
        guard (1...Self.maximumLength).contains(slug.utf8.count),
            slug.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || Self.isAlphanumeric($0) }),
            let first = slug.utf8.first, let last = slug.utf8.last,
            Self.isAlphanumeric(first), Self.isAlphanumeric(last)
        else { return nil }
        self.rawValue = slug
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
