/// `second web` as an operator starts it, in production mode, on engines that are shared.
struct WebProcess: Sendable {
    static let sessionSecret = "a-session-secret-of-32-characters"

    let database: String
    let bus: String
    let environment: [String: String]

    /// Starts the web, runs the closure, and asks the web to stop if it has not.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (SecondProcess.Running) async throws -> Result
    ) async throws -> SecondProcess.Ended<Result> {
        let process = SecondProcess(name: "The web", arguments: ["web"]) { url in
            let variables = [
                "SECOND_ENV": "production", "SECOND_AUTH_MODE": "none", "SECOND_PUBLIC_URL": url,
                "MONGODB_URI": self.database, "REDIS_URL": self.bus, "WORKER_URL": "http://127.0.0.1:9",
                "INTERNAL_API_TOKEN": WorkerProcess.token, "SECOND_NO_AUTH_SESSION_SECRET": Self.sessionSecret,
                "SECOND_LOG_LEVEL": "debug",
            ]
            // The machine of a web needs nothing of what runs agents.
            return SecondBinary.environment(variables.merging(self.environment) { _, ours in ours }, passingOn: [])
        }
        return try await process.run(body)
    }
}
