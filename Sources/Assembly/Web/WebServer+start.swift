import Domain
package import Logging
import MongoDocuments
import RedisBus

extension WebServer {
    /// Opens database and bus and runs until the process is told to stop.
    ///
    /// - Throws: what keeps it from starting, as one line.
    package static func start(
        _ configuration: WebConfiguration,
        logger: Logger,
        ready: @escaping @Sendable (_ url: String) -> Void
    ) async throws {
        let bus = try RedisBus(configuration.bus, logger: logger)
        let database = try MongoConnection(MongoAddress(configuration.database.uri.reveal()), logger: logger)
        let server = WebServer(
            configuration: configuration,
            engines: .init(store: MongoDocumentStore(database), bus: bus),
            logger: logger
        )
        do {
            try await server.run(ready: ready)
        } catch {
            await bus.shutdown()
            try await database.close()
            throw error
        }
        await bus.shutdown()
        try await database.close()
    }
}
