package import Documents
import Domain
package import Foundation

/// The document store on MongoDB, every operation one command (an insert-or-update two).
///
/// Writes wait for a majority, reads go to the primary. A connection that breaks is found again and the operation tried
/// once more by libmongoc; after that it is `unavailable`.
package final class MongoDocumentStore: DocumentStore {
    private let connection: MongoConnection
    private let database: String
    private let planning: MongoPlanning
    private let watches: CollectionWatches

    /// A store in the database that the address names, or in another, for tests that share a server.
    package init(_ connection: MongoConnection, database: String? = nil, planning: MongoPlanning = .server) {
        self.connection = connection
        self.database = database ?? connection.address.database
        self.planning = planning
        self.watches = CollectionWatches(connection: connection, database: self.database)
    }

    package func prepare(_ collections: [CollectionSchema]) async throws {
        try await Self.translated {
            try await IndexBuilder(connection: self.connection, database: self.database).build(collections)
        }
    }

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        let stored = try Self.stored(document, collection)
        try await self.withClient { client, database in
            try client.insert(stored, into: collection.name, of: database)
        }
    }

    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        if let limit = query.limit, limit <= 0 { return [] }
        if query.firstOfEach != nil { return try await self.findFirstOfEach(query, in: collection) }
        let filter = try MongoFilter(query, of: collection).bson
        var options = try Self.projection(query)
        if !query.sort.isEmpty { options.append(("sort", try Self.order(query.sort))) }
        if let limit = query.limit { options.append(("limit", .int64(Int64(limit)))) }
        return try await self.withClient { [options] client, database in
            var found: [Data] = []
            try client.find(filter, options: .pairs(options), in: collection.name, of: database) { bytes in
                found.append(try JSONText.data(of: bytes))
            }
            return found
        }
    }

    /// Two commands: which documents come first is read from the index alone, then these are fetched.
    ///
    /// A document that is changed between the two is returned as it is afterwards, one that is removed not at all.
    private func findFirstOfEach(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        let asked = try Self.asked(query)
        guard let each = query.firstOfEach, !each.values.isEmpty else { return [] }
        let command: BSON = [
            "aggregate": .string(collection.name),
            "pipeline": [
                ["$match": try MongoFilter(asked, of: collection).bson], ["$sort": try Self.order(asked.sort)],
                ["$group": ["_id": .string("$" + (try MongoPath(each.field).text)), "first": ["$first": "$_id"]]],
            ],
            // One answer holds them all.
            "cursor": ["batchSize": .int64(Int64(each.values.count))],
        ]
        let options = try Self.projection(query)
        return try await self.withClient { [options] client, database in
            let reply = try client.run(command, on: database, .read).decoded()
            let firsts = reply["cursor"]?["firstBatch"]?.array?.compactMap { $0["first"] } ?? []
            guard !firsts.isEmpty else { return [] }
            var found: [Data] = []
            let filter: BSON = ["_id": ["$in": .array(firsts)]]
            try client.find(filter, options: .pairs(options), in: collection.name, of: database) { bytes in
                found.append(try JSONText.data(of: bytes))
            }
            return found
        }
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        guard let change = try Self.change(update, collection) else {
            return try await self.find(Query(filter, sort: sort, limit: 1), in: collection).first
        }
        let condition = try MongoFilter(filter, of: collection).bson
        var command: [(String, BSON)] = [("findAndModify", .string(collection.name)), ("query", condition)]
        if !sort.isEmpty { command.append(("sort", try Self.order(sort))) }
        command += [("update", change), ("new", true)]
        return try await self.withClient { [command] client, database in
            let reply = try client.run(.pairs(command), on: database, .write)
            return try reply.bytes.withUnsafeBytes { bytes in
                guard let value = try BSONReader(bytes).member("value"), value.kind == BSONKind.document else {
                    return nil
                }
                return try JSONText.data(of: value.content)
            }
        }
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        // Insert and update differ, which one command cannot say. The unique index makes it safe: of two inserts one is
        // refused, and then there is something to update.
        var attempts = 0
        while true {
            if let updated = try await self.update(where: filter, sort: [], apply: update, in: collection) {
                return updated
            }
            do {
                try await self.insert(document, into: collection)
                return document
            } catch let error as DocumentStoreError {
                attempts += 1
                guard case .duplicate = error, attempts < 5 else { throw error }
            }
        }
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        guard let change = try Self.change(update, collection) else {
            return try await self.count(where: filter, in: collection)
        }
        let condition = try MongoFilter(filter, of: collection).bson
        let statement: BSON = ["q": condition, "u": change, "multi": true]
        return try await self.many(["update": .string(collection.name), "updates": [statement]])
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        let statement: BSON = ["q": try MongoFilter(filter, of: collection).bson, "limit": 0]
        return try await self.many(["delete": .string(collection.name), "deletes": [statement]])
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        let command: BSON = [
            "aggregate": .string(collection.name),
            "pipeline": [
                ["$match": try MongoFilter(filter, of: collection).bson], ["$group": ["_id": nil, "n": ["$sum": 1]]],
            ],
            "cursor": [:],
        ]
        return try await self.withClient { client, database in
            let reply = try client.run(command, on: database, .read).decoded()
            return Int(reply["cursor"]?["firstBatch"]?.array?.first?["n"]?.integer ?? 0)
        }
    }

    package func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await Self.translated { try await self.watches.subscribe(to: collection.name) }
    }

    package func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        let query = try Self.asked(query)
        let filter = try MongoFilter(query, of: collection).bson
        var find: [(String, BSON)] = [("find", .string(collection.name)), ("filter", filter)]
        if !query.sort.isEmpty { find.append(("sort", try Self.order(query.sort))) }
        if let limit = query.limit, limit > 0 { find.append(("limit", .int64(Int64(limit)))) }
        let command: BSON = ["explain": .pairs(find), "verbosity": "queryPlanner"]
        let planning = self.planning
        return try await self.withClient { client, database in
            let reply = try client.run(command, on: database, .read).decoded()
            return planning.plan(for: query, in: collection, answer: reply)
        }
    }

    package func ping() async throws {
        // Goes to the primary: a set without one is not ready.
        try await self.withClient { client, database in
            _ = try client.run(["ping": 1], on: database, .read)
        }
    }

    // MARK: - Parts

    private func many(_ command: BSON) async throws -> Int {
        try await self.withClient { client, database in
            let reply = try client.run(command, on: database, .write).decoded()
            if let refused = reply["writeErrors"]?.array?.first {
                throw MongoFault(code: Int(refused["code"]?.integer ?? 0), message: refused["errmsg"]?.string ?? "")
            }
            return Int(reply["n"]?.integer ?? 0)
        }
    }

    /// Names of collections whose indexes nobody has recorded as built.
    func unprepared(_ collections: [CollectionSchema]) async throws -> [String] {
        try await Self.translated {
            try await IndexBuilder(connection: self.connection, database: self.database)
                .outdated(collections.map { try IndexSpecification($0) })
                .map(\.0.collection)
        }
    }

    func withClient<Result: Sendable>(
        _ body: @escaping @Sendable (MongoClient, String) throws -> Result
    ) async throws -> Result {
        try await Self.translated {
            try await self.connection.withClient { client in try body(client, self.database) }
        }
    }

    private static func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let fault as MongoFault {
            throw fault.refusal
        }
    }

    private static func stored(_ document: Data, _ collection: CollectionSchema) throws -> BSONDocument {
        try DocumentLimits.checkSize(document.count)
        let expiring = ExpiringFields(collection)
        let outcome = try JSONTranscoder.transcode(document, noting: expiring.names)
        let stored = outcome.document.adding(expiring.shadows(of: outcome.texts))
        guard stored.bytes.count <= BSONDocument.maximumBytes else {
            throw DocumentStoreError.tooLarge(bytes: stored.bytes.count)
        }
        return stored
    }

    private static func change(_ update: Update, _ collection: CollectionSchema) throws -> BSON? {
        guard let change = try MongoUpdate(update, expiring: ExpiringFields(collection)).bson else { return nil }
        // A pipeline is an array; either way the bytes are counted as those of a document.
        let encoded = BSONDocument(["u": change])
        try DocumentLimits.checkSize(encoded.bytes.count)
        return change
    }

    /// The query that an index has to serve: for the first of each, all of them in the order of the field and then of `sort`.
    private static func asked(_ query: Query) throws -> Query {
        try query.checkParts()
        guard let each = query.firstOfEach else { return query }
        let isAsked = Filter.isIn(each.field, Set(each.values).sorted().map { .string($0) })
        return Query(query.filter && isAsked, sort: [.ascending(each.field)] + query.sort)
    }

    private static func projection(_ query: Query) throws -> [(String, BSON)] {
        guard !query.omitted.isEmpty else { return [] }
        return [("projection", .pairs(try query.omitted.map { (try MongoPath($0).text, .int64(0)) }))]
    }

    private static func order(_ sort: [Sort]) throws -> BSON {
        .pairs(try sort.map { (try MongoPath($0.field).text, $0.isDescending ? .int64(-1) : .int64(1)) })
    }
}
