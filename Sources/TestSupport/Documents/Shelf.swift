import Documents
import Domain
import Foundation

/// A collection for checks, with one index of each kind, and short ways to fill and read it.
struct Shelf: Sendable {
    static let schema = CollectionSchema(
        "check_things",
        indexes: [
            .init("workspace_key", [.ascending("workspaceId"), .ascending("key")], unique: true),
            .init(
                "live_name",
                [.ascending("workspaceId"), .ascending("name")],
                unique: true,
                partial: .missing("deletedAt")
            ),
            .init("workspace_created", [.ascending("workspaceId"), .descending("createdAt"), .descending("_id")]),
            .init("workspace_rank", [.ascending("workspaceId"), .ascending("rank"), .ascending("_id")]),
            .init(
                "workspace_rank_created",
                [.ascending("workspaceId"), .ascending("rank"), .descending("createdAt"), .descending("_id")]
            ),
            .init("gone", [.ascending("deletedAt")], partial: .exists("deletedAt")),
        ]
    )

    let store: any DocumentStore

    init(_ store: any DocumentStore) {
        self.store = store
    }

    /// Adds a document that has the fields of the unique indexes, and these.
    func put(_ id: String, _ fields: [String: JSONValue] = [:]) async throws {
        try await self.store.insert(try Self.document(id, fields), into: Self.schema)
    }

    static func document(_ id: String, _ fields: [String: JSONValue] = [:]) throws -> Data {
        let standard: [String: JSONValue] = [
            "_id": .string(id), "workspaceId": "w1", "key": .string(id), "name": .string(id),
            "createdAt": "2026-01-01T00:00:00.000Z",
        ]
        return try JSONValue.object(standard.merging(fields) { _, given in given }).encoded()
    }

    /// The ids of what matches, sorted unless the query sorts.
    func ids(_ filter: Filter, sort: [Sort] = [], limit: Int? = nil, after: [JSONValue]? = nil) async throws -> [String]
    {
        let found = try await self.store.find(
            Query(filter, sort: sort, limit: limit, after: after),
            in: Self.schema
        )
        let ids = try found.map { try expectSome(JSONValue(parsing: $0)["_id"]?.string, "a document has its _id") }
        return sort.isEmpty ? ids.sorted() : ids
    }

    func get(_ id: String) async throws -> JSONValue? {
        try await self.store.find(Query(.equals("_id", .string(id))), in: Self.schema).first
            .map { try JSONValue(parsing: $0) }
    }

    func field(_ field: String, of id: String) async throws -> JSONValue? {
        try await self.get(id)?[field]
    }

    /// Changes one document by its id.
    @discardableResult
    func change(_ id: String, where filter: Filter = .all, _ operations: Update.Operation...) async throws -> JSONValue?
    {
        try await self.store.update(
            where: .equals("_id", .string(id)) && filter,
            sort: [],
            apply: Update(operations),
            in: Self.schema
        ).map { try JSONValue(parsing: $0) }
    }

    func count(_ filter: Filter) async throws -> Int {
        try await self.store.count(where: filter, in: Self.schema)
    }

    @discardableResult
    func delete(_ filter: Filter) async throws -> Int {
        try await self.store.delete(where: filter, in: Self.schema)
    }
}
