import Documents
import MongoDocuments
import TestSupport
import Testing

extension MongoSuites {
    @Suite struct DocumentStorePromiseTests {
        @Test(arguments: DocumentStoreCheck.all)
        func keepsItsPromise(_ check: DocumentStoreCheck) async throws {
            try await check.run(on: MongoSuites.store())
        }
    }

    @Suite struct RepositoryPromiseTests {
        @Test(arguments: RepositoryCheck.all)
        func keepsItsPromise(_ check: RepositoryCheck) async throws {
            try await check.run(on: MongoSuites.store())
        }
    }
}
