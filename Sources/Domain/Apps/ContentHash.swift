import Crypto
package import Foundation

/// The SHA-256 of some bytes, 64 lowercase hexadecimal characters: the key of a blob and of a revision.
package struct ContentHash: Hashable, Sendable, Comparable {
    package let rawValue: String

    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.rawValue = text
    }

    package init(of bytes: some DataProtocol) {
        self.rawValue = SHA256.hash(data: bytes).hexadecimal
    }

    package static func < (one: Self, other: Self) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension ContentHash: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let hash = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "A content hash has 64 hexadecimal characters.")
            )
        }
        self = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.rawValue)
    }
}

extension ContentHash: CustomStringConvertible {
    package var description: String { self.rawValue }
}
