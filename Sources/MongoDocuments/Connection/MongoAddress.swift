import CMongo
import Domain

/// Where MongoDB is: the value of `MONGODB_URI`, which names a database (spec 05 §14).
///
/// Everything that libmongoc knows is honoured: several hosts, `mongodb+srv`, credentials, TLS, `replicaSet`, time limits.
/// Only what correctness rests on is ours whatever the address says: majority and journal for writes, the primary for
/// reads, writes that are tried again. The description never shows credentials.
package struct MongoAddress: Sendable, CustomStringConvertible {
    package enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case malformed
        case noDatabase

        package var description: String {
            switch self {
            case .malformed: "It is no MongoDB address: mongodb://host:27017/second, or mongodb+srv://host/second."
            case .noDatabase: "It names no database: add one after the host, as in mongodb://host:27017/second."
            }
        }
    }

    package let database: String
    package let description: String
    private let text: Secret<String>

    package init(_ text: String) throws(Refusal) {
        MongoLibrary.start()
        guard text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://"), !text.utf8.contains(0) else {
            throw .malformed
        }
        // libmongoc's own words could show credentials.
        guard let uri = mongoc_uri_new_with_error(text, nil) else { throw .malformed }
        defer { mongoc_uri_destroy(uri) }
        guard let name = mongoc_uri_get_database(uri).map({ String(cString: $0) }), Self.isDatabase(name) else {
            throw .noDatabase
        }
        self.database = name
        self.description = Self.describe(uri, database: name)
        self.text = Secret(text)
    }

    private static func isDatabase(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count < 64 && !name.contains { "/\\. \"$*<>:|?".contains($0) }
    }

    /// Hosts, database and what may be told of the options.
    private static func describe(_ uri: OpaquePointer, database: String) -> String {
        var hosts: [String] = []
        var isService = false
        if let name = mongoc_uri_get_srv_hostname(uri) {
            isService = true
            hosts.append(String(cString: name))
        } else {
            var next = mongoc_uri_get_hosts(uri)
            while let host = next {
                hosts.append(
                    withUnsafeBytes(of: host.pointee.host_and_port) { bytes in
                        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    }
                )
                next = UnsafePointer(host.pointee.next)
            }
        }
        var text = "\(isService ? "mongodb+srv" : "mongodb")://\(hosts.joined(separator: ","))/\(database)"
        if let name = mongoc_uri_get_replica_set(uri) { text += ", replica set \(String(cString: name))" }
        if mongoc_uri_get_tls(uri) { text += ", TLS" }
        if mongoc_uri_get_username(uri) != nil { text += ", with credentials" }
        return text
    }

    /// The address with our settings, for a pool; whoever calls destroys it.
    func makeURI() -> OpaquePointer? {
        guard let uri = mongoc_uri_new_with_error(self.text.reveal(), nil) else { return nil }
        let limits: [(name: String, milliseconds: Int32)] = [
            // Nobody waits longer than this for a primary; then the answer is `unavailable`.
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 5000), (MONGOC_URI_CONNECTTIMEOUTMS, 5000),
            (MONGOC_URI_SOCKETTIMEOUTMS, 60_000), (MONGOC_URI_HEARTBEATFREQUENCYMS, 5000),
        ]
        for limit in limits where !mongoc_uri_has_option(uri, limit.name) {
            mongoc_uri_set_option_as_int32(uri, limit.name, limit.milliseconds)
        }
        mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYWRITES, true)
        mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYREADS, true)
        if let concern = mongoc_write_concern_new() {
            mongoc_write_concern_set_wmajority(concern, 10_000)
            // Beside the majority, because not every server takes one for written down.
            mongoc_write_concern_set_journal(concern, true)
            mongoc_uri_set_write_concern(uri, concern)
            mongoc_write_concern_destroy(concern)
        }
        if let preference = mongoc_read_prefs_new(MONGOC_READ_PRIMARY) {
            mongoc_uri_set_read_prefs_t(uri, preference)
            mongoc_read_prefs_destroy(preference)
        }
        return uri
    }
}
