package import Documents
package import Domain
package import Foundation
import GRDB

/// The document store on SQLite: one table a collection, JSON text in one column, generated columns for indexed fields.
///
/// Writes go through SQLite's single writer, so every change of a document is atomic; reads run beside it (WAL). Blocking
/// calls stay on GRDB's own threads. `synchronous` is NORMAL: a crash of the process loses nothing, a power cut may lose the
/// last commits but never tears the file.
package final class SQLiteDocumentStore: ImmediateChanges {
    private let database: any DatabaseWriter
    private let fanout = ChangeFanout()

    /// Opens or creates the file, with mode 0600 (SQLite gives its side files the same).
    /// - Throws: `DocumentStoreError.unavailable` when the folder or file cannot be written.
    package convenience init(file: URL) throws {
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        var configuration = Self.configuration
        configuration.maximumReaderCount = 4
        do {
            self.init(database: try DatabasePool(path: file.path, configuration: configuration))
        } catch let error as DatabaseError {
            throw EngineFailure(error).refusal(layout: nil)
        }
    }

    /// A store in memory, for tests.
    package static func temporary() throws -> SQLiteDocumentStore {
        SQLiteDocumentStore(database: try DatabaseQueue(configuration: Self.configuration))
    }

    private init(database: any DatabaseWriter) {
        self.database = database
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return configuration
    }

    package func prepare(_ collections: [CollectionSchema]) async throws {
        do {
            try await self.database.write { database in
                for collection in collections { try TableLayout(collection).create(in: database) }
            }
        } catch let error as DatabaseError {
            throw EngineFailure(error).refusal(layout: nil)
        }
    }

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        let layout = TableLayout(collection)
        let id = try Self.checked(document)
        try await self.change(layout) { database in
            try Self.insert(document, id: id, layout, in: database)
            return [.insert(id: id, document: document)]
        }
    }

    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        let statement = try SQLQuery(query, layout: TableLayout(collection))
        return try await self.database.read { database in
            let prepared = try database.cachedStatement(sql: statement.selectBodies)
            return try Data.fetchAll(prepared, arguments: statement.arguments)
        }
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        let layout = TableLayout(collection)
        let query = try SQLQuery(Query(filter, sort: sort, limit: 1), layout: layout)
        let assignment = try SQLUpdate(update)
        return try await self.change(layout) { database, changes in
            try Self.updateFirst(query, assignment, layout, in: database, &changes)
        }
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        let layout = TableLayout(collection)
        let query = try SQLQuery(Query(filter, limit: 1), layout: layout)
        let assignment = try SQLUpdate(update)
        let id = try Self.checked(document)
        return try await self.change(layout) { database, changes in
            if let updated = try Self.updateFirst(query, assignment, layout, in: database, &changes) { return updated }
            try Self.insert(document, id: id, layout, in: database)
            changes.append(.insert(id: id, document: document))
            return document
        }
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        let layout = TableLayout(collection)
        let query = try SQLQuery(Query(filter), layout: layout)
        let assignment = try SQLUpdate(update)
        return try await self.change(layout) { database, changes in
            let ids = try String.fetchAll(database, sql: query.select("id"), arguments: query.arguments)
            for id in ids {
                let one = try SQLQuery(Query(.equals("_id", .string(id)), limit: 1), layout: layout)
                _ = try Self.updateFirst(one, assignment, layout, in: database, &changes)
            }
            return ids.count
        }
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        let layout = TableLayout(collection)
        let query = try SQLQuery(Query(filter), layout: layout)
        return try await self.change(layout) { database, changes in
            let ids = try String.fetchAll(
                database,
                sql: "DELETE FROM \(layout.table) WHERE \(query.condition) RETURNING id",
                arguments: query.arguments
            )
            changes += ids.map { .delete(id: $0) }
            return ids.count
        }
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        let statement = try SQLQuery(Query(filter), layout: TableLayout(collection))
        return try await self.database.read { database in
            try Int.fetchOne(database, sql: statement.select("COUNT(*)"), arguments: statement.arguments) ?? 0
        }
    }

    package func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        self.fanout.subscribe(to: collection.name)
    }

    package func countChanges(of collections: [CollectionSchema]) -> ChangeCount {
        self.fanout.count(collections.map(\.name))
    }

    package func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        let statement = try SQLQuery(query, layout: TableLayout(collection))
        let steps = try await self.database.read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN " + statement.selectBodies,
                arguments: statement.arguments
            ).map { row in row["detail"] as String }
        }
        let table = collection.name
        return QueryPlan(
            detail: steps.joined(separator: "; "),
            scansCollection: steps.contains { $0.hasPrefix("SCAN \(table)") },
            sortsInMemory: steps.contains { $0.contains("TEMP B-TREE") && $0.contains("ORDER BY") }
        )
    }

    package func ping() async throws {
        _ = try await self.database.read { database in try Int.fetchOne(database, sql: "SELECT 1") }
    }

    /// Removes what has expired; called on a timer by whoever owns the store.
    package func sweepExpired(_ collections: [CollectionSchema], now: Timestamp) async throws {
        for collection in collections {
            for index in collection.indexes {
                guard let seconds = index.expiresAfterSeconds, let field = index.keys.first?.field else { continue }
                let limit = now.adding(.seconds(-seconds))
                _ = try await self.delete(where: .atMost(field, .string(limit.text)), in: collection)
            }
        }
    }

    // MARK: - Writing

    /// The id of a document that may be kept.
    private static func checked(_ document: Data) throws -> String {
        try DocumentLimits.checkSize(document.count)
        try DocumentLimits.checkDepth(document)
        return try DocumentIdentity.read(from: document)
    }

    private static func updateFirst(
        _ query: SQLQuery,
        _ assignment: SQLUpdate,
        _ layout: TableLayout,
        in database: Database,
        _ changes: inout [DocumentChange]
    ) throws -> Data? {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE \(layout.table) SET body = \(assignment.expression)
                WHERE id = (\(query.select("id"))) RETURNING id, body
                """
        )
        let row = try Row.fetchOne(statement, arguments: assignment.arguments + query.arguments)
        guard let row else { return nil }
        let document: Data = row["body"]
        // Throwing here takes the whole transaction back.
        try DocumentLimits.checkSize(document.count)
        changes.append(.update(id: row["id"], document: document))
        return document
    }

    private static func insert(_ document: Data, id: String, _ layout: TableLayout, in database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO \(layout.table) (id, body) VALUES (?, ?)")
        try statement.execute(arguments: [id, String(decoding: document, as: UTF8.self)])
    }

    private func change(
        _ layout: TableLayout,
        _ body: @escaping @Sendable (Database) throws -> [DocumentChange]
    ) async throws {
        try await self.change(layout) { database, changes in changes += try body(database) }
    }

    /// Runs a transaction and, still in the order of commits, tells the subscribers what it changed.
    private func change<Result: Sendable>(
        _ layout: TableLayout,
        _ body: @escaping @Sendable (Database, inout [DocumentChange]) throws -> Result
    ) async throws -> Result {
        let fanout = self.fanout
        do {
            return try await self.database.writeWithoutTransaction { database in
                var changes: [DocumentChange] = []
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(database, &changes)
                    return .commit
                }
                guard let result else { throw DocumentStoreError.malformed("The transaction gave no result.") }
                fanout.send(changes, of: layout.name)
                return result
            }
        } catch let error as DatabaseError {
            throw EngineFailure(error).refusal(layout: layout)
        }
    }
}
