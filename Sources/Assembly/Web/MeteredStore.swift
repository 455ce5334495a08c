import Documents
import Foundation

/// A document store whose operations are measured.
struct MeteredStore: ImmediateChanges {
    let store: any DocumentStore
    let meter: EngineMeter

    func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.measure("prepare") { try await self.store.prepare(collections) }
    }

    func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.measure("insert") { try await self.store.insert(document, into: collection) }
    }

    func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        try await self.measure("find") { try await self.store.find(query, in: collection) }
    }

    func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        try await self.measure("update") {
            try await self.store.update(where: filter, sort: sort, apply: update, in: collection)
        }
    }

    func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        try await self.measure("upsert") {
            try await self.store.upsert(where: filter, apply: update, orInsert: document, in: collection)
        }
    }

    func updateAll(where filter: Filter, apply update: Update, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("update_all") {
            try await self.store.updateAll(where: filter, apply: update, in: collection)
        }
    }

    func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("delete") { try await self.store.delete(where: filter, in: collection) }
    }

    func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("count") { try await self.store.count(where: filter, in: collection) }
    }

    func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.measure("changes") { try await self.store.changes(of: collection) }
    }

    /// Of a store that does not tell of changes nothing may be kept: the count stays closed.
    func countChanges(of collections: [CollectionSchema]) -> ChangeCount {
        (self.store as? any ImmediateChanges)?.countChanges(of: collections) ?? ChangeCount(isOpen: false)
    }

    func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        try await self.store.explain(query, in: collection)
    }

    func ping() async throws {
        try await self.measure("ping") { try await self.store.ping() }
    }

    private func measure<Result>(_ name: String, _ work: () async throws -> Result) async throws -> Result {
        try await self.meter.measure(
            name,
            isFailure: { error in
                switch error as? DocumentStoreError {
                case .duplicate, .malformed, .tooLarge: false
                case .unavailable, nil: true
                }
            },
            work
        )
    }
}
