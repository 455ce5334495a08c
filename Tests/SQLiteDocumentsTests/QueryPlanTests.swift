import SQLiteDocuments
import TestSupport
import Testing

/// Every query of every repository is caught on its way to the store and its plan read: none scans, none sorts in memory.
@Suite struct QueryPlanTests {
    @Test(arguments: RepositoryCheck.all)
    func noRepositoryScansOrSorts(_ check: RepositoryCheck) async throws {
        try await check.runReadingPlans(on: SQLiteDocumentStore.temporary())
    }
}
