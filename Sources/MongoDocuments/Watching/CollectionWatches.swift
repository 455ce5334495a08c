import Documents
import Synchronization

/// The watches of a database, one per collection that somebody looks at.
final class CollectionWatches: Sendable {
    private let connection: MongoConnection
    private let database: String
    private let watches = Mutex<[String: CollectionWatch]>([:])

    init(connection: MongoConnection, database: String) {
        self.connection = connection
        self.database = database
    }

    deinit {
        for watch in self.watches.withLock({ Array($0.values) }) { watch.stop() }
    }

    func subscribe(to collection: String) async throws -> AsyncStream<DocumentChange> {
        let watch = self.watches.withLock { watches in
            if let watch = watches[collection] { return watch }
            let watch = CollectionWatch(connection: self.connection, database: self.database, collection: collection)
            watches[collection] = watch
            return watch
        }
        return try await watch.subscribe()
    }
}
