import BrowserDriver
import Foundation
import Subprocess
import SystemPackage

/// A process of the built binary, started as an operator would start it, alive while a closure runs.
struct SecondProcess: Sendable {
    /// How it calls itself when it says that it is ready.
    let name: String
    /// Its command line, but for the port.
    let arguments: [String]
    /// Its variables, given where it will answer.
    let environment: @Sendable (_ url: String) -> Environment

    /// A process that is up.
    struct Running: Sendable {
        let url: String
        let processID: Int32
        let output: OutputLog

        func send(_ signal: Int32) {
            kill(self.processID, signal)
        }

        /// Ends the process at once, as a power cut would.
        func killAtOnce() {
            self.send(SIGKILL)
        }
    }

    /// What the closure gave, and how the process ended.
    struct Ended<Result: Sendable>: Sendable {
        var result: Result
        var status: TerminationStatus
        var output: String
    }

    /// Everything the process wrote, standard error included.
    actor OutputLog {
        private(set) var text = ""

        func append(_ line: String) {
            self.text += line + "\n"
        }
    }

    /// Starts the process, runs the closure, and asks the process to stop if it has not.
    ///
    /// The process is killed when it has not ended within `patience`.
    /// - Throws: what the closure throws, with the end of the output.
    func run<Result: Sendable>(
        patience: Duration = .seconds(30),
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> Ended<Result> {
        let port = try FreePort.find()
        let url = "http://127.0.0.1:\(port)"
        let log = OutputLog()
        let outcome = try await Subprocess.run(
            .path(FilePath(SecondBinary.path)),
            arguments: Arguments(self.arguments + ["--port", String(port)]),
            environment: self.environment(url),
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
                    try await self.waitUntilUp(log)
                    result = .success(try await body(Running(url: url, processID: processID, output: log)))
                } catch {
                    result = .failure(error)
                }
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: patience)])
                try? await group.waitForAll()  // The output ends with the process.
                return result
            }
        }
        let text = await log.text
        do {
            return Ended(
                result: try outcome.closureResult.get(),
                status: outcome.terminationStatus,
                output: text
            )
        } catch {
            throw JourneyFailure(description: "\(error)\n--- output of \(self.name) ---\n\(text.suffix(6000))")
        }
    }

    private func waitUntilUp(_ log: OutputLog) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while await !log.text.contains("\(self.name) is ready: ") {
            guard ContinuousClock.now < deadline else {
                throw JourneyFailure(description: "\(self.name) did not say that it is up.")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
