package import Documents
package import Foundation
import Synchronization

/// A store that looks at the plan of every kind of query that it is asked, once a process, and complains about those that
/// read a whole collection or sort what they read (architecture §4).
///
/// Kinds differ in anything but the values in them.
package final class PlannedStore: ImmediateChanges {
    private static let seen = Mutex<Set<String>>([])

    private let store: any DocumentStore
    private let complain: @Sendable (String) -> Void

    package init(_ store: any DocumentStore, complain: @escaping @Sendable (String) -> Void) {
        self.store = store
        self.complain = complain
    }

    private func check(_ query: Query, _ collection: CollectionSchema) async {
        let kind =
            collection.name + " "
            + String(describing: query)
            .replacing(#/"(?:[^"\\]|\\.)*"|[0-9]+(?:\.[0-9]+)?/#, with: "_")
        guard Self.seen.withLock({ $0.insert(kind).inserted }) else { return }
        do {
            let plan = try await self.store.explain(query, in: collection)
            guard plan.scansCollection || plan.sortsInMemory else { return }
            let fault = plan.scansCollection ? "is read as a whole" : "is sorted after reading"
            self.complain("\(collection.name) \(fault): \(plan.detail) for \(query)")
        } catch {
            // The query itself says what is wrong; a later one of its kind is looked at again.
            Self.seen.withLock { _ = $0.remove(kind) }
        }
    }

    package func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.store.prepare(collections)
    }

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.store.insert(document, into: collection)
    }

    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        await self.check(query, collection)
        return try await self.store.find(query, in: collection)
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        await self.check(Query(filter, sort: sort, limit: 1), collection)
        return try await self.store.update(where: filter, sort: sort, apply: update, in: collection)
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        await self.check(Query(filter, limit: 1), collection)
        return try await self.store.upsert(where: filter, apply: update, orInsert: document, in: collection)
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        await self.check(Query(filter), collection)
        return try await self.store.updateAll(where: filter, apply: update, in: collection)
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        await self.check(Query(filter), collection)
        return try await self.store.delete(where: filter, in: collection)
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        await self.check(Query(filter), collection)
        return try await self.store.count(where: filter, in: collection)
    }

    package func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.store.changes(of: collection)
    }

    /// Of a store that does not tell of changes nothing may be kept: the count stays closed.
    package func countChanges(of collections: [CollectionSchema]) -> ChangeCount {
        (self.store as? any ImmediateChanges)?.countChanges(of: collections) ?? ChangeCount(isOpen: false)
    }

    package func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        try await self.store.explain(query, in: collection)
    }

    package func ping() async throws { try await self.store.ping() }
}
