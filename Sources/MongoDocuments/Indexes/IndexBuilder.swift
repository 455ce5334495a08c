import Documents
import Domain

/// Makes the indexes that are declared, once for all processes.
///
/// What was made last stands in `schema_versions`, one record a collection; a start that finds its own declarations there
/// has read once and is done. Otherwise one process takes the lock and builds, and the others wait until the record says
/// what they want, or the lock is free. An index that was declared before and is not now is dropped, since a unique one
/// would go on refusing; an index that nobody declared belongs to the operator and stays.
struct IndexBuilder {
    static let versions = "schema_versions"

    let connection: MongoConnection
    let database: String
    var identifiers = IdentifierSource.live
    var uptime = Uptime.live
    var clock: any Clock<Duration> = ContinuousClock()

    func build(_ collections: [CollectionSchema]) async throws {
        let wanted = try collections.map { try IndexSpecification($0) }
        guard try await !self.outdated(wanted).isEmpty else { return }
        let lock = SchemaLock(
            connection: self.connection,
            database: self.database,
            owner: self.identifiers.token(),
            uptime: self.uptime,
            clock: self.clock
        )
        let isDone = { try await self.outdated(wanted).isEmpty }
        try await lock.hold(unless: isDone) {
            let outdated = try await self.outdated(wanted)
            for (specification, known) in outdated { try await self.build(specification, replacing: known) }
            try await self.record(outdated.map(\.0))
        }
    }

    /// What the records do not show as built, each with what they show.
    func outdated(_ wanted: [IndexSpecification]) async throws -> [(IndexSpecification, known: [BSON])] {
        let names = BSON.array(wanted.map { .string($0.collection) })
        let database = self.database
        let records = try await self.connection.withClient { client in
            var records: [String: [BSON]] = [:]
            try client.find(["_id": ["$in": names]], options: [:], in: Self.versions, of: database) { bytes in
                let record = try BSONReader(bytes).value()
                guard let name = record["_id"]?.string else { return }
                records[name] = record["indexes"]?.array ?? []
            }
            return records
        }
        return wanted.filter { records[$0.collection] != $0.indexes }.map { ($0, records[$0.collection] ?? []) }
    }

    private func build(_ specification: IndexSpecification, replacing known: [BSON]) async throws {
        let database = self.database
        try await self.connection.withClient { client in
            let declared = Set(specification.indexes.map { IndexSpecification.name(of: $0) })
            for index in known where !declared.contains(IndexSpecification.name(of: index)) {
                try Self.drop(index, of: specification, client, database)
            }
            if specification.indexes.isEmpty {
                try Self.tolerating(48) {
                    _ = try client.run(["create": .string(specification.collection)], on: database, .write)
                }
            }
            guard !specification.indexes.isEmpty else { return }
            do {
                try Self.create(specification.indexes, of: specification, client, database)
            } catch let fault as MongoFault where fault.isServerCode(85, 86) {
                // A name is taken by another definition: one after the other.
                for index in specification.indexes {
                    do {
                        try Self.create([index], of: specification, client, database)
                    } catch let fault as MongoFault where fault.isServerCode(85, 86) {
                        try Self.drop(index, of: specification, client, database)
                        try Self.create([index], of: specification, client, database)
                    }
                }
            }
        }
    }

    /// Notes what was built, once all of it is; a process that dies before leaves work that can be done again.
    private func record(_ specifications: [IndexSpecification]) async throws {
        let statements = specifications.map { specification -> BSON in
            let record: BSON = ["$set": ["indexes": .array(specification.indexes)]]
            return ["q": ["_id": .string(specification.collection)], "u": record, "upsert": true]
        }
        guard !statements.isEmpty else { return }
        let command: BSON = ["update": .string(Self.versions), "updates": .array(statements)]
        try await self.connection.withClient { client in
            _ = try client.run(command, on: self.database, .write)
        }
    }

    private static func create(
        _ indexes: [BSON],
        of specification: IndexSpecification,
        _ client: MongoClient,
        _ database: String
    ) throws {
        let command: BSON = ["createIndexes": .string(specification.collection), "indexes": .array(indexes)]
        _ = try client.run(command, on: database, .write)
    }

    private static func drop(
        _ index: BSON,
        of specification: IndexSpecification,
        _ client: MongoClient,
        _ database: String
    ) throws {
        let command: BSON = [
            "dropIndexes": .string(specification.collection), "index": .string(IndexSpecification.name(of: index)),
        ]
        // Neither the collection nor the index has to be there.
        try Self.tolerating(26, 27) { _ = try client.run(command, on: database, .write) }
    }

    private static func tolerating(_ codes: Int..., body: () throws -> Void) throws {
        do {
            try body()
        } catch let fault as MongoFault where codes.contains(where: { fault.isServerCode($0) }) {
            return
        }
    }
}
