import Documents
import Foundation

/// A document store whose operations are measured.
struct MeteredStore: ForwardingStore, ImmediateChanges {
    let base: any DocumentStore
    let meter: EngineMeter

    func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.measure("prepare") { try await self.base.prepare(collections) }
    }

    func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.measure("insert") { try await self.base.insert(document, into: collection) }
    }

    func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        try await self.measure("find") { try await self.base.find(query, in: collection) }
    }

    func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        try await self.measure("update") {
            try await self.base.update(where: filter, sort: sort, apply: update, in: collection)
        }
    }

    func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        try await self.measure("upsert") {
            try await self.base.upsert(where: filter, apply: update, orInsert: document, in: collection)
        }
    }

    func updateAll(where filter: Filter, apply update: Update, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("update_all") {
            try await self.base.updateAll(where: filter, apply: update, in: collection)
        }
    }

    func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("delete") { try await self.base.delete(where: filter, in: collection) }
    }

    func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.measure("count") { try await self.base.count(where: filter, in: collection) }
    }

    func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.measure("changes") { try await self.base.changes(of: collection) }
    }

    func ping() async throws {
        try await self.measure("ping") { try await self.base.ping() }
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
