import AsyncHTTPClient
import Domain
import Foundation
import RemoteWorker

/// `second worker` as an operator starts it, on a data folder that outlives it.
struct WorkerProcess: Sendable {
    static let token = "an-internal-token-of-32-characters!"

    let dataFolder: URL
    let environment: [String: String]

    struct Running: Sendable {
        let process: SecondProcess.Running
        /// The web's client for it.
        let remote: RemoteWorker
    }

    /// Starts the worker, runs the closure, and asks the worker to stop if it has not.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (Running) async throws -> Result
    ) async throws -> SecondProcess.Ended<Result> {
        let variables = [
            "SECOND_DATA_DIR": self.dataFolder.path, "SECOND_LOG_LEVEL": "debug", "INTERNAL_API_TOKEN": Self.token,
            "HOME": self.dataFolder.path,
            // It would take the place of what a journey counts and waits for; its own journey turns it on.
            "SECOND_RUNTIME_SELF_TEST": "0",
        ].merging(self.environment) { _, ours in ours }
        let process = SecondProcess(name: "The worker", arguments: ["worker"]) { _ in
            SecondBinary.environment(variables)
        }
        return try await process.run { running in
            guard let url = URL(string: running.url) else {
                throw JourneyFailure(description: "No URL: \(running.url)")
            }
            let http = RemoteWorker.makeHTTPClient()
            let result: Swift.Result<Result, any Error>
            do {
                let remote = RemoteWorker(url: url, token: Secret(Self.token), http: http, logger: Desk.logger)
                result = .success(try await body(Running(process: running, remote: remote)))
            } catch {
                result = .failure(error)
            }
            try await http.shutdown()
            return try result.get()
        }
    }
}
