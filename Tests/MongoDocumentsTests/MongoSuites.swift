import Documents
import Domain
import Logging
import MongoDocuments
import Synchronization
import TestServers
import Testing

/// Everything that needs a server; one server for all of it, a database for each test.
@Suite(.sharedServer, .enabled(if: MongoServer.isWanted, Comment(rawValue: MongoServer.absence)))
enum MongoSuites {
    @TaskLocal static var connection: MongoConnection?

    private static let count = Mutex(0)

    /// A store with a database of its own; planning by the declared indexes, because the server at hand has a simple planner.
    static func store() throws -> MongoDocumentStore {
        MongoDocumentStore(try #require(Self.connection), database: Self.freshDatabase(), planning: .declaredIndexes)
    }

    static func freshDatabase() -> String {
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        return "test_\(number)"
    }
}

/// Runs a suite with one server, which ends with it.
struct SharedServer: SuiteTrait, TestScoping {
    let isRecursive = false

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await MongoServer.with { server in
            let address = try MongoAddress(server.url())
            let connection = try MongoConnection(address, logger: Logger(label: "mongo-tests"))
            try await MongoSuites.$connection.withValue(connection) { try await function() }
            try await connection.close()
        }
    }
}

extension Trait where Self == SharedServer {
    static var sharedServer: Self { Self() }
}
