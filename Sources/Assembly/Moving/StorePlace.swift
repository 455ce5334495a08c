package import Documents
import Domain
import Foundation
package import Logging
import MongoDocuments
import SQLiteDocuments

/// One side of a move: a data folder, or a database server.
package enum StorePlace: Sendable {
    case folder(DataFolder)
    case database(EngineAddress)

    /// What a person may write for a place, and why it was not taken.
    package enum Refusal: Error, CustomStringConvertible {
        case noAddress
        case badAddress(String)
        case problems(ConfigurationProblems)
        case noFolder(String)

        package var description: String {
            switch self {
            case .noAddress: "MONGODB_URI is not set; it says where the database is."
            case .badAddress(let message): "The database's address \(message)."
            case .problems(let problems): "\(problems)"
            case .noFolder(let path): "There is no Second in the folder \(path)."
            }
        }
    }

    /// `mongodb` means the address in `MONGODB_URI`, or in the file of `MONGODB_URI_FILE`, which keeps its password out of
    /// the list of processes; an address is taken too, and everything else is the path of a data folder.
    package init(_ text: String, environment: [String: String]) throws(Refusal) {
        if text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://") {
            self = try Self.database(at: Secret(text))
            return
        }
        guard text == "mongodb" else {
            self = .folder(DataFolder(at: text))
            return
        }
        var reader = ConfigurationReader(environment: environment)
        let address = reader.secret("MONGODB_URI")
        guard reader.problems.isEmpty else { throw .problems(ConfigurationProblems(problems: reader.problems)) }
        guard let address else { throw .noAddress }
        self = try Self.database(at: address)
    }

    private static func database(at address: Secret<String>) throws(Refusal) -> Self {
        do {
            return .database(try EngineAddress.mongo(address))
        } catch {
            throw .badAddress(error.message)
        }
    }

    /// What a person calls it; no credentials.
    package var shown: String {
        switch self {
        case .folder(let folder): folder.root.path
        case .database(let address): address.shown
        }
    }

    /// Opens the store for the time of the closure; a folder's lock is held meanwhile, so that no Second runs on it.
    ///
    /// - Throws: also when `mustExist` and there is no store in the folder.
    package func with<Result>(
        mustExist: Bool,
        logger: Logger,
        _ body: (any DocumentStore) async throws -> Result
    ) async throws -> Result {
        switch self {
        case .folder(let folder):
            if mustExist, !FileManager.default.fileExists(atPath: folder.database.path) {
                throw Refusal.noFolder(folder.root.path)
            }
            let lock = try folder.open()
            defer { withExtendedLifetime(lock) {} }
            return try await body(SQLiteDocumentStore(file: folder.database))
        case .database(let address):
            let connection = try MongoConnection(try MongoAddress(address.uri.reveal()), logger: logger)
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(MongoDocumentStore(connection)))
            } catch {
                result = .failure(error)
            }
            try await connection.close()
            return try result.get()
        }
    }
}
