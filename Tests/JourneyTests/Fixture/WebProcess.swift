import BrowserDriver
import Domain
import Foundation
import Subprocess
import SystemPackage

/// `second web` as an operator starts it, in production mode, on engines that are shared.
struct WebProcess: Sendable {
    static let sessionSecret = "a-session-secret-of-32-characters"

    let database: String
    let bus: String
    let environment: [String: String]

    struct Running: Sendable {
        let url: String
        let processID: Int32
        let output: SecondServer.OutputLog

        func send(_ signal: Int32) {
            kill(self.processID, signal)
        }
    }

    /// Starts the web, runs the closure, and asks the web to stop if it has not.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> (result: Result, end: TerminationStatus) {
        let port = try FreePort.find()
        let url = "http://127.0.0.1:\(port)"
        let log = SecondServer.OutputLog()
        let outcome = try await Subprocess.run(
            .path(FilePath(SecondServer.binary)),
            arguments: ["web", "--port", String(port)],
            environment: .custom(self.variables(publicURL: url)),
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
                    try await Self.waitUntilUp(log)
                    result = .success(try await body(Running(url: url, processID: processID, output: log)))
                } catch {
                    result = .failure(error)
                }
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))])
                try? await group.waitForAll()  // The output ends with the process.
                return result
            }
        }
        do {
            return (try outcome.closureResult.get(), outcome.terminationStatus)
        } catch {
            let text = await log.text
            throw SecondServer.Failure(description: "\(error)\n--- web output ---\n\(text.suffix(6000))")
        }
    }

    private func variables(publicURL: String) -> [Environment.Key: String] {
        var variables: [String: String] = [
            "SECOND_ENV": "production", "SECOND_AUTH_MODE": "none", "SECOND_PUBLIC_URL": publicURL,
            "MONGODB_URI": self.database, "REDIS_URL": self.bus, "WORKER_URL": "http://127.0.0.1:9",
            "INTERNAL_API_TOKEN": WorkerProcess.token, "SECOND_NO_AUTH_SESSION_SECRET": Self.sessionSecret,
            "SECOND_LOG_LEVEL": "debug", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        variables.merge(self.environment) { _, ours in ours }
        return Dictionary(
            uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        )
    }

    private static func waitUntilUp(_ log: SecondServer.OutputLog) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            if await log.text.contains("The web is ready") { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SecondServer.Failure(description: "The web did not say that it is up.")
    }
}
