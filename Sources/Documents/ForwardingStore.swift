package import Foundation

/// A store around another one: it changes what it names itself and hands everything else on.
package protocol ForwardingStore: DocumentStore {
    var base: any DocumentStore { get }
}

extension ForwardingStore {
    package func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.base.prepare(collections)
    }

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.base.insert(document, into: collection)
    }

    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        try await self.base.find(query, in: collection)
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        try await self.base.update(where: filter, sort: sort, apply: update, in: collection)
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        try await self.base.upsert(where: filter, apply: update, orInsert: document, in: collection)
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        try await self.base.updateAll(where: filter, apply: update, in: collection)
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.base.delete(where: filter, in: collection)
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.base.count(where: filter, in: collection)
    }

    package func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.base.changes(of: collection)
    }

    package func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        try await self.base.explain(query, in: collection)
    }

    package func ping() async throws {
        try await self.base.ping()
    }
}

extension ForwardingStore where Self: ImmediateChanges {
    /// Of a store that does not tell of changes nothing may be kept: the count stays closed.
    package func countChanges(of collections: [CollectionSchema]) -> ChangeCount {
        (self.base as? any ImmediateChanges)?.countChanges(of: collections) ?? ChangeCount(isOpen: false)
    }
}
