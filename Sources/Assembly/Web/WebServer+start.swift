package import Domain
package import Logging
import MongoDocuments

extension WebServer {
    /// This build has no bus that processes can share.
    struct NoBus: Error, CustomStringConvertible {
        var description: String { "This build cannot use REDIS_URL." }
    }

    /// Opens database and bus and runs until the process is told to stop.
    package static func start(
        _ configuration: WebConfiguration,
        logger: Logger,
        ready: @escaping @Sendable (_ url: String) -> Void
    ) async throws {
        throw NoBus()
    }
}
