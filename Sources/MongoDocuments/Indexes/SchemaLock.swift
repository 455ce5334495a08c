import Documents
import Domain

/// Lets one process at a time change the indexes.
///
/// The lock is a document with its owner and a number that the owner counts up while it works. Whoever waits takes the lock
/// away when the number stood still for the expiry, measured by the waiter's own clock alone: clocks need not agree.
struct SchemaLock {
    static let collection = "schema_locks"
    private static let id: BSON = "indexes"

    let connection: MongoConnection
    let database: String
    let owner: String
    let uptime: Uptime
    let clock: any Clock<Duration>
    var expiry = Duration.seconds(30)
    var pause = Duration.milliseconds(200)

    /// Runs the body under the lock, or returns when, while waiting, the work turns out to be done.
    func hold(unless isDone: () async throws -> Bool, _ body: @Sendable () async throws -> Void) async throws {
        var seen: BSON?
        var since = self.uptime.now
        while try await !self.take() {
            if try await isDone() { return }
            let current = try await self.current()
            if current != seen {
                seen = current
                since = self.uptime.now
            } else if let current, self.uptime.now - since >= self.expiry {
                try await self.remove(current)
                continue
            }
            try await self.clock.sleep(for: self.pause)
        }
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Cancelled below, when the body is done.
                group.addTask {
                    while true {
                        try await self.clock.sleep(for: self.expiry / 4)
                        // A server that is away for a moment must not end the beats: the lock outlives three missing ones.
                        try? await self.beat()
                    }
                }
                try await body()
                group.cancelAll()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await self.remove(["_id": Self.id, "owner": .string(self.owner)])
        try result.get()
    }

    private func take() async throws -> Bool {
        let lock = BSONDocument([
            "_id": Self.id, "owner": .string(self.owner), "beat": 0,
            "expiresAfterSeconds": .int64(self.expiry.components.seconds),
        ])
        do {
            try await self.connection.withClient { client in
                try client.insert(lock, into: Self.collection, of: self.database)
            }
            return true
        } catch let fault as MongoFault where fault.isServerCode(11000) {
            return false
        }
    }

    private func current() async throws -> BSON? {
        try await self.connection.withClient { client in
            var found: BSON?
            try client.find(["_id": Self.id], options: [:], in: Self.collection, of: self.database) { bytes in
                found = try BSONReader(bytes).value()
            }
            return found
        }
    }

    private func beat() async throws {
        let statement: BSON = [
            "q": ["_id": Self.id, "owner": .string(self.owner)], "u": ["$inc": ["beat": 1]],
        ]
        try await self.connection.withClient { client in
            _ = try client.run(
                ["update": .string(Self.collection), "updates": [statement]],
                on: self.database,
                .write
            )
        }
    }

    /// Removes the lock if it is still as given.
    private func remove(_ lock: BSON) async throws {
        try await self.connection.withClient { client in
            let statement: BSON = ["q": lock, "limit": 1]
            _ = try client.run(
                ["delete": .string(Self.collection), "deletes": [statement]],
                on: self.database,
                .write
            )
        }
    }
}
