import Domain
import Foundation

/// The built binary, started as a person would start it, on a data folder of its own.
///
/// The data folder outlives the process, so that a journey can stop the server and start it again.
struct SecondServer: Sendable {
    let dataFolder: URL
    let environment: [String: String]
    let arguments: [String]

    /// A fresh data folder under the build folder: never under the temporary folder, which sandboxes hide.
    static func freshDataFolder(_ name: String) throws -> URL {
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            .appendingPathComponent(".build/journeys/\(name)-\(IdentifierSource.live.token(bytes: 4))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Whether a text is in the files of the store, which is all that a power cut leaves.
    func hasStored(_ text: String) throws -> Bool {
        try ["second.sqlite", "second.sqlite-wal"].contains { name in
            let file = self.dataFolder.appending(path: name)
            guard FileManager.default.fileExists(atPath: file.path) else { return false }
            return try Data(contentsOf: file).range(of: Data(text.utf8)) != nil
        }
    }

    /// Starts the server, runs the closure, and asks the server to stop whatever happened.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (SecondProcess.Running) async throws -> Result
    ) async throws -> Result {
        try await self.runToEnd(patience: .seconds(10), body).result
    }

    /// The same, and how the process ended; it is killed when it has not ended by itself within `patience`.
    func runToEnd<Result: Sendable>(
        patience: Duration,
        _ body: @escaping @Sendable (SecondProcess.Running) async throws -> Result
    ) async throws -> SecondProcess.Ended<Result> {
        let variables = [
            "SECOND_DATA_DIR": self.dataFolder.path, "SECOND_LOG_LEVEL": "debug", "HOME": self.dataFolder.path,
            // It would take the place of what a journey counts and waits for; its own journey turns it on.
            "SECOND_RUNTIME_SELF_TEST": "0",
        ].merging(self.environment) { _, ours in ours }
        let process = SecondProcess(name: "Second", arguments: ["up"] + self.arguments) { _ in
            SecondBinary.environment(variables)
        }
        return try await process.run(patience: patience, body)
    }
}
