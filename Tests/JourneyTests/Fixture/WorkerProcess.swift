import AsyncHTTPClient
import BrowserDriver
import Domain
import Foundation
import RemoteWorker
import Subprocess
import SystemPackage

/// `second worker` as an operator starts it, on a data folder that outlives it.
struct WorkerProcess: Sendable {
    static let token = "an-internal-token-of-32-characters!"

    let dataFolder: URL
    let environment: [String: String]

    struct Running: Sendable {
        let url: URL
        let processID: Int32
        let output: SecondServer.OutputLog
        /// The web's client for it.
        let remote: RemoteWorker

        func send(_ signal: Int32) {
            kill(self.processID, signal)
        }
    }

    struct Ended<Result: Sendable>: Sendable {
        var result: Result
        var status: TerminationStatus
        var output: String
    }

    /// Starts the worker, runs the closure, and asks the worker to stop if it has not.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> Ended<Result> {
        let port = try FreePort.find()
        guard let url = URL(string: "http://127.0.0.1:\(port)") else { throw SecondServer.Failure(description: "URL") }
        let log = SecondServer.OutputLog()
        let http = RemoteWorker.makeHTTPClient()
        let outcome = try await Subprocess.run(
            .path(FilePath(SecondServer.binary)),
            arguments: ["worker", "--port", String(port)],
            environment: .custom(self.variables),
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
                    let remote = RemoteWorker(url: url, token: Secret(Self.token), http: http, logger: Desk.logger)
                    let running = Running(url: url, processID: processID, output: log, remote: remote)
                    result = .success(try await body(running))
                } catch {
                    result = .failure(error)
                }
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))])
                try? await group.waitForAll()  // The output ends with the process.
                return result
            }
        }
        try await http.shutdown()
        let text = await log.text
        do {
            return Ended(
                result: try outcome.closureResult.get(),
                status: outcome.terminationStatus,
                output: text
            )
        } catch {
            throw SecondServer.Failure(description: "\(error)\n--- worker output ---\n\(text.suffix(6000))")
        }
    }

    private static func waitUntilUp(_ log: SecondServer.OutputLog) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while await !log.text.contains("The worker is ready") {
            guard ContinuousClock.now < deadline else {
                throw SecondServer.Failure(description: "The worker did not say that it is up.")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private var variables: [Environment.Key: String] {
        var variables: [String: String] = [
            "SECOND_DATA_DIR": self.dataFolder.path, "SECOND_LOG_LEVEL": "debug", "INTERNAL_API_TOKEN": Self.token,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": self.dataFolder.path,
        ]
        for name in ["SECOND_TOOLCHAIN_DIR", "SECOND_CLAUDE_PATH", "LANG"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        variables.merge(self.environment) { _, ours in ours }
        return Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}
