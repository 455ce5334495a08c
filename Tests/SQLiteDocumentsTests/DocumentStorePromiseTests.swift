import SQLiteDocuments
import TestSupport
import Testing

@Suite struct DocumentStorePromiseTests {
    @Test(arguments: DocumentStoreCheck.all)
    func keepsItsPromise(_ check: DocumentStoreCheck) async throws {
        try await check.run(on: SQLiteDocumentStore.temporary())
    }
}
