/// Keeps what is ours apart from what else lives in the same Redis.
struct Keyspace: Sendable {
    let name: String
    let database: Int

    func key(_ key: String) -> String { "\(self.name):\(key)" }

    /// Channels know no databases, so their names hold its number.
    func channel(_ channel: String) -> String { "\(self.name):\(self.database):\(channel)" }
}
