import Bus

/// The names of a log's keys in Redis.
struct LogNames: Sendable {
    let facts: String
    let records: String
    /// Where an append tells the last sequence number.
    let notes: String

    /// Both keys share a hash tag, the log's own or its whole name, so that a cluster keeps them on one node.
    init(_ key: LogKey, space: Keyspace) {
        let name = Self.hasTag(key.rawValue) ? key.rawValue : "{log:\(key.rawValue)}"
        self.facts = space.key("log:\(name):facts")
        self.records = space.key("log:\(name):records")
        self.notes = space.channel("log:\(name)")
    }

    /// Whether a cluster would place the key by a part in braces: the first `{`, and a `}` after something.
    private static func hasTag(_ name: String) -> Bool {
        guard let open = name.firstIndex(of: "{") else { return false }
        let rest = name[name.index(after: open)...]
        guard let close = rest.firstIndex(of: "}") else { return false }
        return close != rest.startIndex
    }
}
