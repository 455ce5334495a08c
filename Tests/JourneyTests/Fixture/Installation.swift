import Domain
import Foundation
import NIOHTTP1
import TestServers

/// The shape of production on one machine: webs and workers, each a process of the built binary, over one database and
/// one bus.
struct Installation: Sendable {
    let webs: [LoopbackServer]
    let workers: [LoopbackServer]
    let database: LoopbackServer
    let bus: LoopbackServer

    /// Whether the journeys that need it run.
    static var isWanted: Bool { Desk.hasServer && MongoServer.isWanted && RedisServer.isWanted }

    func url(_ web: Int) -> String { "http://127.0.0.1:\(self.webs[web].port)" }

    /// Starts everything, runs the closure when all webs are ready, and ends everything whatever happened.
    ///
    /// `model` is what Claude Code asks; without one the workers play the demo.
    static func with<Result: Sendable>(
        _ name: String,
        webs webCount: Int = 2,
        workers workerCount: Int = 2,
        model: URL? = nil,
        _ body: @escaping @Sendable (Installation) async throws -> Result
    ) async throws -> Result {
        try await MongoServer.with { database in
            try await RedisServer.with { bus in
                let shared = Self.environment(redis: bus.url)
                let workers = try (0..<workerCount).map { number in
                    try Self.worker("\(name)-worker\(number)", shared, model: model)
                }
                return try await Self.together(workers) { workers in
                    let web = Self.web(
                        try SecondServer.freshDataFolder("\(name)-web"),
                        shared,
                        database: database.url(),
                        worker: workers[0].port
                    )
                    return try await Self.together(Array(repeating: web, count: webCount)) { webs in
                        let installation = Installation(
                            webs: webs,
                            workers: workers,
                            database: database.server,
                            bus: bus.server
                        )
                        for web in webs.indices { try await installation.waitUntilReady(web) }
                        do {
                            return try await body(installation)
                        } catch {
                            let outputs = (workers + webs).map { "--- \($0.folder)\n\(Self.output(of: $0))" }
                            throw SecondServer.Failure(description: "\(error)\n\(outputs.joined(separator: "\n"))")
                        }
                    }
                }
            }
        }
    }

    /// Database, bus and a worker answer.
    func waitUntilReady(_ web: Int, within limit: Duration = .seconds(60)) async throws {
        let visitor = Visitor(self.url(web))
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            // A web that cannot be reached yet is not ready.
            let answer = try? await visitor.call(.GET, "/api/ready")
            if answer?.status == 200 { return }
            guard ContinuousClock.now < deadline else {
                throw SecondServer.Failure(
                    description: "Not ready: \(answer?.text ?? "no answer")\n\(Self.output(of: self.webs[web]))"
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: - Processes

    private static func environment(redis: String) -> [String: String] {
        var environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "INTERNAL_API_TOKEN": String(repeating: "journey-token-", count: 3),
            "REDIS_URL": redis,
            "SECOND_LOG_LEVEL": "debug",
        ]
        for name in ["SECOND_TOOLCHAIN_DIR", "SECOND_CLAUDE_PATH", "LANG"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
        return environment
    }

    private static func worker(
        _ name: String,
        _ shared: [String: String],
        model: URL?
    ) throws -> LoopbackServer.Program {
        let folder = try SecondServer.freshDataFolder(name).path
        var environment = shared
        environment["SECOND_DATA_DIR"] = folder
        environment["HOME"] = folder
        environment["SECOND_WORKER_DRAIN_SECONDS"] = "5"
        if let model {
            environment["ANTHROPIC_BASE_URL"] = model.absoluteString
            environment["ANTHROPIC_API_KEY"] = "test-key"
        }
        let demo = model == nil ? ["--demo"] : []
        return .init(executable: SecondServer.binary, environment: environment) { port, _ in
            ["worker", "--port", "\(port)", "--host", "127.0.0.1"] + demo
        }
    }

    /// All webs have one secret, and each is asked under its own address, which local sign-in allows on loopback.
    private static func web(
        _ folder: URL,
        _ shared: [String: String],
        database: String,
        worker port: Int
    ) -> LoopbackServer.Program {
        var environment = shared
        environment["SECOND_DATA_DIR"] = folder.path
        environment["HOME"] = folder.path
        environment["SECOND_AUTH_MODE"] = "none"
        environment["SECOND_NO_AUTH_SESSION_SECRET"] = String(repeating: "journey-secret-", count: 3)
        environment["SECOND_PUBLIC_URL"] = "http://localhost:3000"
        environment["MONGODB_URI"] = database
        environment["WORKER_URL"] = "http://127.0.0.1:\(port)"
        return .init(executable: SecondServer.binary, environment: environment) { port, _ in
            ["web", "--port", "\(port)", "--host", "127.0.0.1"]
        }
    }

    private static func together<Result: Sendable>(
        _ programs: [LoopbackServer.Program],
        started: [LoopbackServer] = [],
        _ body: @escaping @Sendable ([LoopbackServer]) async throws -> Result
    ) async throws -> Result {
        guard let next = programs.first else { return try await body(started) }
        return try await LoopbackServer.with(next) { server in
            try await self.together(Array(programs.dropFirst()), started: started + [server], body)
        }
    }

    private static func output(of server: LoopbackServer) -> String {
        let text = FileManager.default.contents(atPath: server.folder + ".log") ?? Data()
        return String(decoding: text.suffix(3000), as: UTF8.self)
    }
}
