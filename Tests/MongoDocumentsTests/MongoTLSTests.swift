import Documents
import Foundation
import Logging
import MongoDocuments
import TestServers
import Testing

/// `tls=true` in the address, against a server with a certificate of a test's own authority.
@Suite(.enabled(if: MongoServer.isWanted, "\(MongoServer.absence)"))
struct MongoTLSTests {
    @discardableResult
    private static func store<Result: Sendable>(
        _ address: String,
        _ body: (MongoDocumentStore) async throws -> Result
    ) async throws -> Result {
        let connection = try MongoConnection(
            try MongoAddress(address),
            threads: 2,
            logger: Logger(label: "mongo-tls") { _ in SwiftLogNoOpLogHandler() }
        )
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(MongoDocumentStore(connection))) } catch { result = .failure(error) }
        try await connection.close()
        return try result.get()
    }

    @Test func onlyTheAuthorityOfTheAddressIsTrusted() async throws {
        try await TestAuthority.with { house in
            try await TestAuthority.with { stranger in
                try await MongoServer.with(tls: house) { server in
                    let plain = server.url() + "&serverSelectionTimeoutMS=3000"
                    let collection = CollectionSchema("things", indexes: [])
                    try await Self.store(plain + "&tls=true&tlsCAFile=" + house.authority) { store in
                        try await store.ping()
                        try await store.prepare([collection])
                        try await store.insert(Data(#"{"_id":"1"}"#.utf8), into: collection)
                        #expect(try await store.count(where: .all, in: collection) == 1)
                    }
                    for options in ["&tls=true&tlsCAFile=" + stranger.authority, "&tls=true", ""] {
                        try await Self.store(plain + options) { store in
                            await #expect(throws: DocumentStoreError.self, "\(options)") { try await store.ping() }
                        }
                    }
                }
            }
        }
    }
}
