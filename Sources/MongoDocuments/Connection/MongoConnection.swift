import CMongo
import Documents
package import Logging
import NIOPosix
import Synchronization

/// A pool of connections to one MongoDB deployment, and the threads on which they are used.
///
/// libmongoc blocks, so its calls run on threads of this pool's own; a handle lives inside a closure and nowhere else.
/// libmongoc finds the primary, and finds it again, by itself.
///
/// `@unchecked`: libmongoc's pool is safe for threads; the handle never changes.
package final class MongoConnection: @unchecked Sendable {
    package let address: MongoAddress
    let logger: Logger
    private let pool: OpaquePointer
    private let threads: NIOThreadPool
    private let loans = Atomic(0)
    /// Connections for watches, each of which holds one as long as it runs.
    private static let watches: UInt32 = 64

    /// Does not wait for a server; as many operations run at a time as there are threads.
    ///
    /// - Throws: `DocumentStoreError.unavailable` when the address cannot be looked up (`mongodb+srv`).
    package init(_ address: MongoAddress, threads: Int = 16, logger: Logger) throws {
        MongoLibrary.log(to: logger)
        guard let uri = address.makeURI() else {
            throw DocumentStoreError.unavailable("The MongoDB address is unusable.")
        }
        defer { mongoc_uri_destroy(uri) }
        var error = bson_error_t()
        guard let pool = mongoc_client_pool_new_with_error(uri, &error) else {
            throw DocumentStoreError.unavailable("MongoDB cannot be used now: \(MongoFault(error))")
        }
        mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        mongoc_client_pool_set_appname(pool, "second")
        mongoc_client_pool_max_size(pool, UInt32(threads) + Self.watches)
        self.pool = pool
        self.address = address
        self.logger = logger
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
    }

    deinit {
        mongoc_client_pool_destroy(self.pool)
    }

    /// Ends the threads; operations that come later fail.
    package func close() async throws {
        try await self.threads.shutdownGracefully()
    }

    /// Lends a connection for the time of the closure, on a thread that may block.
    func withClient<Result: Sendable>(
        _ body: @escaping @Sendable (MongoClient) throws -> Result
    ) async throws -> Result {
        try await self.threads.runIfActive { try self.lend(body) }
    }

    /// How often a connection was lent, for tests that count round trips.
    var operations: Int { self.loans.load(ordering: .relaxed) }

    /// The same on the caller's own thread.
    func lend<Result>(_ body: (MongoClient) throws -> Result) throws -> Result {
        self.loans.add(1, ordering: .relaxed)
        guard let client = mongoc_client_pool_pop(self.pool) else {
            throw DocumentStoreError.unavailable("All connections to MongoDB are in use.")
        }
        defer { mongoc_client_pool_push(self.pool, client) }
        return try body(MongoClient(client))
    }
}
