package import Domain
package import Foundation

/// The documents of one collection as values of one type.
package struct Collection<Entity: Codable & Sendable>: Sendable {
    package let store: any DocumentStore
    package let schema: CollectionSchema
    private let decoded = DecodedDocuments<Entity>()

    package init(_ schema: CollectionSchema, in store: any DocumentStore) {
        self.store = store
        self.schema = schema
    }

    package func insert(_ entity: Entity) async throws {
        try await self.store.insert(try DocumentCoding.encode(entity), into: self.schema)
    }

    package func first(where filter: Filter, sort: [Sort] = []) async throws -> Entity? {
        try await self.find(Query(filter, sort: sort, limit: 1)).first
    }

    package func find(_ query: Query) async throws -> [Entity] {
        try await self.store.find(query, in: self.schema).map { document in
            try self.decoded.value(of: document) { try DocumentCoding.decode($0) }
        }
    }

    /// The stored bytes unread, for answers that pass them through.
    package func findRaw(_ query: Query) async throws -> [Data] {
        try await self.store.find(query, in: self.schema)
    }

    /// Changes the first match and returns it as it is afterwards; `nil` means somebody else won.
    package func update(
        where filter: Filter,
        sort: [Sort] = [],
        _ operations: [Update.Operation]
    ) async throws -> Entity? {
        try await self.store.update(where: filter, sort: sort, apply: Update(operations), in: self.schema)
            .map { try DocumentCoding.decode($0) }
    }

    package func upsert(
        where filter: Filter,
        _ operations: [Update.Operation],
        orInsert entity: Entity
    ) async throws -> Entity {
        try DocumentCoding.decode(
            try await self.store.upsert(
                where: filter,
                apply: Update(operations),
                orInsert: try DocumentCoding.encode(entity),
                in: self.schema
            )
        )
    }

    package func updateAll(where filter: Filter, _ operations: [Update.Operation]) async throws -> Int {
        try await self.store.updateAll(where: filter, apply: Update(operations), in: self.schema)
    }

    package func delete(where filter: Filter) async throws -> Int {
        try await self.store.delete(where: filter, in: self.schema)
    }

    package func count(where filter: Filter) async throws -> Int {
        try await self.store.count(where: filter, in: self.schema)
    }

    /// Changes from now on; see `DocumentStore.changes(of:)` for what a slow reader gets.
    package func changes() async throws -> AsyncStream<DocumentChange> {
        try await self.store.changes(of: self.schema)
    }
}

/// Turns values into stored documents and back.
package enum DocumentCoding {
    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return try encoder.encode(value)
    }

    package static func decode<Value: Decodable>(_ document: Data) throws -> Value {
        try JSONDecoder().decode(Value.self, from: document)
    }
}

extension JSONValue {
    /// The value as it would be stored.
    package init(encoding value: some Encodable) throws {
        try self.init(parsing: DocumentCoding.encode(value))
    }
}

extension Update.Operation {
    /// Sets the field to the value as it would be stored; `nil` removes the field.
    package static func assign(_ field: FieldPath, _ value: (some Encodable)?) throws -> Self {
        guard let value else { return .unset(field) }
        return .set(field, try JSONValue(encoding: value))
    }

    package static func stamp(_ field: FieldPath, _ time: Timestamp) -> Self {
        .set(field, .string(time.text))
    }
}

extension Filter {
    package static func id<Entity>(_ id: Identifier<Entity>) -> Self {
        .equals("_id", .string(id.rawValue))
    }

    package static func workspace(_ id: Workspace.ID) -> Self {
        .equals("workspaceId", .string(id.rawValue))
    }

    package static func text(_ field: FieldPath, _ text: String) -> Self {
        .equals(field, .string(text))
    }

    /// One app of a workspace, in the `apps` collection.
    package static func app(_ scope: AppScope) -> Self {
        .workspace(scope.workspaceID) && .id(scope.appID)
    }

    /// What belongs to an app, in any other collection.
    package static func ofApp(_ scope: AppScope) -> Self {
        .workspace(scope.workspaceID) && .text("appId", scope.appID.rawValue)
    }

    /// One run with its whole parent chain.
    package static func run(_ scope: RunScope) -> Self {
        .workspace(scope.workspaceID) && .text("appId", scope.appID.rawValue) && .id(scope.runID)
    }
}
