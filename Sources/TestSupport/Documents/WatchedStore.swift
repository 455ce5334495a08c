package import Documents
package import Foundation
import Synchronization

/// A store that notes what it is asked, and may prepare other indexes than it is told.
package final class WatchedStore: DocumentStore {
    package struct Question: Sendable {
        package var query: Query
        package var collection: CollectionSchema
    }

    private let store: any DocumentStore
    private let questions = Mutex<[Question]>([])

    private let preparing: @Sendable (CollectionSchema) -> CollectionSchema

    package init(
        _ store: any DocumentStore,
        preparing: @escaping @Sendable (CollectionSchema) -> CollectionSchema = { $0 }
    ) {
        self.store = store
        self.preparing = preparing
    }

    package var seen: [Question] { self.questions.withLock { $0 } }

    private func note(_ query: Query, _ collection: CollectionSchema) {
        self.questions.withLock { $0.append(Question(query: query, collection: collection)) }
    }

    package func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.store.prepare(collections.map(self.preparing))
    }

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.store.insert(document, into: collection)
    }

    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        self.note(query, collection)
        return try await self.store.find(query, in: collection)
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        self.note(Query(filter, sort: sort, limit: 1), collection)
        return try await self.store.update(where: filter, sort: sort, apply: update, in: collection)
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        self.note(Query(filter, limit: 1), collection)
        return try await self.store.upsert(where: filter, apply: update, orInsert: document, in: collection)
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.updateAll(where: filter, apply: update, in: collection)
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.delete(where: filter, in: collection)
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.count(where: filter, in: collection)
    }

    package func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.store.changes(of: collection)
    }

    package func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        try await self.store.explain(query, in: collection)
    }

    package func ping() async throws { try await self.store.ping() }
}
