import HTTPTypes

/// What of the provider's API a child may use: what Claude Code needs for a turn, and nothing else that the
/// organisation's key opens, such as files, batches or the administration (spec 03 §22.3).
///
/// The token of the relay is in the environment of the agent's shell, so whatever passes here is open to any command.
enum RelayedRoute {
    private static let posts: Set<Substring> = ["/v1/messages", "/v1/messages/count_tokens"]
    private static let models: Substring = "/v1/models"
    private static let maximumQuery = 256

    /// The path and query to ask the provider for; `nil` when the request does not pass.
    ///
    /// Paths are compared as they came, so that no encoding, dot segment or doubled slash leaves the base address.
    static func target(_ method: HTTPRequest.Method, _ uri: String) -> String? {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, Self.isAllowed(method, path) else { return nil }
        guard parts.count > 1 else { return String(path) }
        guard parts[1].utf8.count <= Self.maximumQuery, parts[1].utf8.allSatisfy(Self.isPlainInQuery) else {
            return nil
        }
        return uri
    }

    private static func isAllowed(_ method: HTTPRequest.Method, _ path: Substring) -> Bool {
        switch method {
        case .post: return Self.posts.contains(path)
        case .get:
            if path == Self.models { return true }
            guard path.hasPrefix(Self.models + "/") else { return false }
            let name = path.dropFirst(Self.models.count + 1)
            return (1...128).contains(name.utf8.count) && name.utf8.allSatisfy(Self.isPlain)
                && name.first != "." && !name.contains("..")
        default: return false
        }
    }

    /// Letters, digits, `-`, `_` and `.`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || byte == 45 || byte == 46 || byte == 95
    }

    private static func isPlainInQuery(_ byte: UInt8) -> Bool { Self.isPlain(byte) || byte == 38 || byte == 61 }
}
