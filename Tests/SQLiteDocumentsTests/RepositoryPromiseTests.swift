import Documents
import Domain
import SQLiteDocuments
import TestSupport
import Testing

@Suite struct RepositoryPromiseTests {
    @Test(arguments: RepositoryCheck.all)
    func keepsItsPromise(_ check: RepositoryCheck) async throws {
        try await check.run(on: SQLiteDocumentStore.temporary())
    }
}
