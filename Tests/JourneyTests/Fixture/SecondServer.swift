import BrowserDriver
import Domain
import Foundation
import Subprocess
import SystemPackage

/// The built binary, started as a person would start it, on a data folder of its own.
///
/// The data folder outlives the process, so that a journey can stop the server and start it again.
struct SecondServer: Sendable {
    let dataFolder: URL
    let environment: [String: String]
    let arguments: [String]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A server that is up; `url` is what it printed.
    struct Running: Sendable {
        let url: String
        let processID: Int32
        let output: OutputLog

        /// Ends the process at once, as a power cut would.
        func killAtOnce() {
            kill(self.processID, SIGKILL)
        }
    }

    /// Everything the server wrote, for the message of a failing journey.
    actor OutputLog {
        private(set) var text = ""

        func append(_ line: String) {
            self.text += line + "\n"
        }
    }

    static var binary: String {
        ProcessInfo.processInfo.environment["SECOND_BINARY"] ?? ".build/debug/second"
    }

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
    func run<Result: Sendable>(_ body: @escaping @Sendable (Running) async throws -> Result) async throws -> Result {
        try await self.runToEnd(body).result
    }

    /// The same, and how the process ended; it is killed when it has not ended by itself within `patience`.
    func runToEnd<Result: Sendable>(
        patience: Duration = .seconds(10),
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> (result: Result, end: TerminationStatus) {
        let port = try FreePort.find()
        var environment: [String: String] = [
            "SECOND_DATA_DIR": self.dataFolder.path,
            "SECOND_LOG_LEVEL": "debug",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": self.dataFolder.path,
        ]
        for name in ["SECOND_TOOLCHAIN_DIR", "SECOND_CLAUDE_PATH", "LANG"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        environment.merge(self.environment) { _, ours in ours }
        let log = OutputLog()
        let outcome = try await Subprocess.run(
            .path(FilePath(Self.binary)),
            arguments: Arguments(["up", "--port", String(port)] + self.arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            let processID = execution.processIdentifier.value
            return await withThrowingTaskGroup(of: Void.self, returning: Swift.Result<Result, any Error>.self) {
                group in
                group.addTask {
                    for try await line in execution.standardOutput.strings() { await log.append(line) }
                }
                let result: Swift.Result<Result, any Error>
                do {
                    let url = "http://127.0.0.1:\(port)"
                    try await Self.waitUntilUp(url, log: log)
                    result = .success(try await body(Running(url: url, processID: processID, output: log)))
                } catch {
                    result = .failure(error)
                }
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: patience)])
                try? await group.waitForAll()  // The output ends with the process.
                return result
            }
        }
        do {
            return (try outcome.closureResult.get(), outcome.terminationStatus)
        } catch {
            let text = await log.text
            throw Failure(description: "\(error)\n--- server output ---\n\(text.suffix(6000))")
        }
    }

    private static func waitUntilUp(_ url: String, log: OutputLog) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(20))
        while ContinuousClock.now < deadline {
            if await log.text.contains(url) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(description: "The server did not say that it is up.")
    }
}
