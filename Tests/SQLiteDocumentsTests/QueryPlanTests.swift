import Documents
import Domain
import SQLiteDocuments
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
