package import Bus
package import Documents
import Domain
import Foundation
import LocalBus
import Logging
import MongoDocuments
import RedisBus
import SQLiteDocuments

/// Store and bus of the shape that tests run on: the embedded one, or, where `SECOND_TEST_SHAPE` is `distributed`, the
/// servers that `SECOND_TEST_MONGODB_URI` and `SECOND_TEST_REDIS_URL` name.
///
/// `scripts/test` runs the suites once on each.
package enum TestShape {
    package struct MissingServer: Error, CustomStringConvertible {
        package let description: String
    }

    package static let isDistributed = Self.variable("SECOND_TEST_SHAPE") == "distributed"

    /// Tells the databases and keys of this run from those of others.
    private static let run = IdentifierSource.live.token(bytes: 4).lowercased().filter { $0.isLetter || $0.isNumber }
    private static let logger = Logger(label: "shape") { _ in SwiftLogNoOpLogHandler() }
    /// One pool for the whole process; it ends with it.
    private static let connection = Result { () throws -> MongoConnection in
        guard let uri = Self.variable("SECOND_TEST_MONGODB_URI") else {
            throw MissingServer(description: "SECOND_TEST_MONGODB_URI is not set")
        }
        return try MongoConnection(try MongoAddress(uri), logger: Self.logger)
    }

    /// An empty store of its own; `prepare` is the caller's.
    package static func store() throws -> any DocumentStore {
        guard self.isDistributed else { return try SQLiteDocumentStore.temporary() }
        // A simple planner, as test servers have, needs to be told the index; see MongoPlanning.
        return MongoDocumentStore(
            try self.connection.get(),
            database: "t\(self.run)\(IdentifierSource.live.token(bytes: 4).filter { $0.isLetter || $0.isNumber })",
            planning: .declaredIndexes
        )
    }

    /// The same, with a look at the plan of each kind of query; `complain` is told of those that scan or sort.
    package static func store(complain: @escaping @Sendable (String) -> Void) throws -> any DocumentStore {
        PlannedStore(try self.store(), complain: complain)
    }

    /// A bus that shares nothing with that of another test.
    package static func bus() throws -> any MessageBus {
        guard self.isDistributed else { return LocalBus() }
        guard let url = self.variable("SECOND_TEST_REDIS_URL") else {
            throw MissingServer(description: "SECOND_TEST_REDIS_URL is not set")
        }
        var settings = RedisBus.Settings()
        settings.name = "test-\(self.run)-\(IdentifierSource.live.token(bytes: 6))"
        return try RedisBus(try RedisAddress(Secret(url)), settings: settings, logger: self.logger)
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
