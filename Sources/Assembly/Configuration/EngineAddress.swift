package import Domain
import Foundation
import MongoDocuments
import RedisBus

/// The address of a database or bus: the whole of it secret, because it may carry a password; what may be shown beside it.
package struct EngineAddress: Sendable {
    /// Why an address cannot be used; never holds a part of it.
    struct Malformed: Error {
        var message: String
    }

    package let uri: Secret<String>
    /// Scheme, hosts and database; no user, password or option.
    package let shown: String
    /// A PEM file with the authorities to trust, instead of the system's.
    package var authorityFile: String?

    private init(uri: Secret<String>, shown: String) {
        self.uri = uri
        self.shown = shown
    }

    /// `mongodb://` or `mongodb+srv://` with a database in its path (spec 01 §2).
    static func mongo(_ uri: Secret<String>) throws(Malformed) -> Self {
        let text = uri.reveal()
        guard let scheme = ["mongodb://", "mongodb+srv://"].first(where: text.hasPrefix) else {
            throw Malformed(message: "must start with mongodb:// or mongodb+srv://")
        }
        let beforeOptions = text.dropFirst(scheme.count).prefix { $0 != "?" && $0 != "#" }
        let parts = beforeOptions.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // A password may hold an @ that should have been encoded; the last one ends it.
        let hosts = parts[0].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let hostList = hosts.split(separator: ",", omittingEmptySubsequences: false)
        guard !hosts.isEmpty, hostList.allSatisfy(Self.isMongoHost) else {
            throw Malformed(message: "must name its hosts, as in mongodb://host:27017/second")
        }
        if scheme == "mongodb+srv://", hostList.count != 1 || hosts.contains(":") {
            throw Malformed(message: "must name one host without a port after mongodb+srv://")
        }
        let database = parts.count == 2 ? String(parts[1]).removingPercentEncoding ?? "" : ""
        guard !database.isEmpty else {
            throw Malformed(message: "must name a database after the hosts, as in mongodb://host:27017/second")
        }
        guard database.utf8.count <= 63, !database.contains(where: { #"/\. "$*<>:|?"#.contains($0) }) else {
            throw Malformed(message: "names a database that MongoDB does not allow")
        }
        do {
            // The driver knows more ways to be wrong, such as options.
            _ = try MongoAddress(text)
        } catch {
            throw Malformed(
                message: "is no address that MongoDB's driver takes; encode special characters in passwords"
            )
        }
        return Self(uri: uri, shown: "\(scheme)\(hosts)/\(database)")
    }

    /// `redis://` or `rediss://` with a host, and perhaps the number of a database.
    static func redis(_ uri: Secret<String>) throws(Malformed) -> Self {
        do {
            return Self(uri: uri, shown: try RedisAddress(uri).description)
        } catch {
            throw Malformed(message: error.description)
        }
    }

    private static func isMongoHost(_ host: Substring) -> Bool {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            let port = host[host.index(after: end)...]
            return port.isEmpty || (port.hasPrefix(":") && Self.isPort(port.dropFirst()))
        }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts[0].isEmpty else { return false }
        return parts.count == 1 || Self.isPort(parts[1])
    }

    private static func isPort(_ text: Substring) -> Bool {
        Int(text).map { (1...65_535).contains($0) } ?? false
    }
}
