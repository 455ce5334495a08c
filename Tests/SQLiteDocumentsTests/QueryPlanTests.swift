import Documents
import Domain
import Foundation
import SQLiteDocuments
import Synchronization
import TestSupport
import Testing

/// Every query of every repository is caught on its way to the store and its plan read: none scans, none sorts in memory.
@Suite struct QueryPlanTests {
    @Test(arguments: RepositoryCheck.all)
    func noRepositoryScansOrSorts(_ check: RepositoryCheck) async throws {
        let store = WatchedStore(try SQLiteDocumentStore.temporary())
        try await check.run(on: store)
        for question in store.seen {
            let plan = try await store.explain(question.query, in: question.collection)
            #expect(
                !plan.scansCollection && !plan.sortsInMemory,
                "\(question.collection.name): \(plan.detail) for \(question.query)"
            )
        }
    }
}

/// A store that notes what it is asked.
private final class WatchedStore: DocumentStore {
    struct Question {
        var query: Query
        var collection: CollectionSchema
    }

    private let store: SQLiteDocumentStore
    private let questions = Mutex<[Question]>([])

    init(_ store: SQLiteDocumentStore) {
        self.store = store
    }

    var seen: [Question] { self.questions.withLock { $0 } }

    private func note(_ query: Query, _ collection: CollectionSchema) {
        self.questions.withLock { $0.append(Question(query: query, collection: collection)) }
    }

    func prepare(_ collections: [CollectionSchema]) async throws { try await self.store.prepare(collections) }

    func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.store.insert(document, into: collection)
    }

    func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        self.note(query, collection)
        return try await self.store.find(query, in: collection)
    }

    func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        self.note(Query(filter, sort: sort, limit: 1), collection)
        return try await self.store.update(where: filter, sort: sort, apply: update, in: collection)
    }

    func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        self.note(Query(filter, limit: 1), collection)
        return try await self.store.upsert(where: filter, apply: update, orInsert: document, in: collection)
    }

    func updateAll(where filter: Filter, apply update: Update, in collection: CollectionSchema) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.updateAll(where: filter, apply: update, in: collection)
    }

    func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.delete(where: filter, in: collection)
    }

    func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        self.note(Query(filter), collection)
        return try await self.store.count(where: filter, in: collection)
    }

    func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        try await self.store.changes(of: collection)
    }

    func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan {
        try await self.store.explain(query, in: collection)
    }

    func ping() async throws { try await self.store.ping() }
}
