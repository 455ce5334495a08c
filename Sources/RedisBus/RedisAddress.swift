package import Domain
import Foundation

/// Where Redis is and how to sign in: `redis://` or `rediss://` (TLS), `[user]:password@`, host, port, `/database`.
///
/// Its description holds no credentials.
package struct RedisAddress: Sendable, CustomStringConvertible {
    /// Why an address cannot be used; holds no part of it.
    package enum Malformed: Error, Equatable, CustomStringConvertible {
        case notRedis
        case noHost
        case notADatabase
        case hasOptions

        package var description: String {
            switch self {
            case .notRedis: "must start with redis:// or rediss://"
            case .noHost: "must name a host, as in redis://host:6379, with user and password percent-encoded"
            case .notADatabase: "may only have the number of a database as its path, as in redis://host:6379/2"
            case .hasOptions: "may have no options after a ? or #; encode these characters in a password"
            }
        }
    }

    package let host: String
    package let port: Int
    package let isEncrypted: Bool
    package let user: String?
    package let password: Secret<String>?
    package let database: Int

    package init(_ url: Secret<String>) throws(Malformed) {
        let text = url.reveal()
        guard let scheme = ["redis", "rediss"].first(where: { text.hasPrefix("\($0)://") }) else { throw .notRedis }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else { throw .noHost }
        guard parts.query == nil, parts.fragment == nil else { throw .hasOptions }
        let port = parts.port ?? 6379
        guard (1...65_535).contains(port) else { throw .noHost }
        let path = parts.path.hasPrefix("/") ? String(parts.path.dropFirst()) : parts.path
        guard path.utf8.allSatisfy({ (48...57).contains($0) }), path.isEmpty || Int(path) != nil else {
            throw .notADatabase
        }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = port
        self.isEncrypted = scheme == "rediss"
        self.user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        self.password = parts.password.flatMap { $0.isEmpty ? nil : Secret($0) }
        self.database = Int(path) ?? 0
    }

    package var description: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        let path = self.database == 0 ? "" : "/\(self.database)"
        return "\(self.isEncrypted ? "rediss" : "redis")://\(host):\(self.port)\(path)"
    }
}
