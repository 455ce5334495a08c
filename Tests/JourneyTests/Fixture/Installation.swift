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
    /// The way of the webs to the database.
    let databaseLink: FaultyProxy
    /// Stands where browsers come in, before one web at a time; without it nobody would be at the public origin.
    let front: FaultyProxy

    /// Whether the journeys that need it run.
    static var isWanted: Bool { Desk.hasServer && MongoServer.isWanted && RedisServer.isWanted }

    /// Straight to one web, as long as no page is drawn there: pages belong to the public origin.
    func url(_ web: Int) -> String { "http://127.0.0.1:\(self.webs[web].port)" }

    var publicURL: String { Self.address(self.front) }

    /// From now on browsers come to this web, and what they have open elsewhere is cut.
    func lead(to web: Int) {
        self.front.lead(to: self.webs[web].port)
        self.front.cutAll()
    }

    /// Starts everything, runs the closure when all webs are ready, and ends everything whatever happened.
    ///
    /// `model` is what Claude Code asks; without one the workers play the demo. `wrongClocks` lets the wall clocks of
    /// the second web and the second worker go wrong by what `faketime` understands, such as `+300s`.
    static func with<Result: Sendable>(
        _ name: String,
        webs webCount: Int = 2,
        workers workerCount: Int = 2,
        model: URL? = nil,
        busKeepsData: Bool = false,
        wrongClocks: String? = nil,
        _ body: @escaping @Sendable (Installation) async throws -> Result
    ) async throws -> Result {
        try await Self.withSurroundings(keepsData: busKeepsData) { database, bus, databaseLink, front in
            let shared = Self.environment(redis: bus.url)
            let workers = try (0..<workerCount).map { number in
                let worker = try Self.worker("\(name)-worker\(number)", shared, model: model)
                return number == 1 ? worker.with(wrongClock: wrongClocks) : worker
            }
            return try await Self.together(workers) { workers in
                let web = Self.web(
                    try SecondServer.freshDataFolder("\(name)-web"),
                    shared,
                    database: "mongodb://127.0.0.1:\(databaseLink.port)/second?directConnection=true",
                    publicURL: Self.address(front),
                    worker: workers[0].port
                )
                let webs = (0..<webCount).map { $0 == 1 ? web.with(wrongClock: wrongClocks) : web }
                return try await Self.together(webs) { webs in
                    let installation = Installation(
                        webs: webs,
                        workers: workers,
                        database: database.server,
                        bus: bus.server,
                        databaseLink: databaseLink,
                        front: front
                    )
                    for web in webs.indices { try await installation.waitUntilReady(web) }
                    installation.lead(to: 0)
                    do {
                        return try await body(installation)
                    } catch {
                        let outputs = (workers + webs).map { "--- \($0.folder)\n\(Self.output(of: $0))" }
                        throw JourneyFailure(description: "\(error)\n\(outputs.joined(separator: "\n"))")
                    }
                }
            }
        }
    }

    private static func withSurroundings<Result: Sendable>(
        keepsData: Bool,
        _ body: @escaping @Sendable (MongoServer, RedisServer, FaultyProxy, FaultyProxy) async throws -> Result
    ) async throws -> Result {
        try await MongoServer.with { database in
            try await RedisServer.with(keepsData: keepsData) { bus in
                try await FaultyProxy.with(before: database.server.port) { databaseLink in
                    // It leads to a web as soon as there is one.
                    try await FaultyProxy.with(before: database.server.port) { front in
                        try await body(database, bus, databaseLink, front)
                    }
                }
            }
        }
    }

    private static func address(_ front: FaultyProxy) -> String { "http://127.0.0.1:\(front.port)" }

    /// Database, bus and a worker answer.
    func waitUntilReady(_ web: Int, within limit: Duration = .seconds(60)) async throws {
        let visitor = Visitor(self.url(web))
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            // A web that cannot be reached yet is not ready.
            let answer = try? await visitor.call(.GET, "/api/ready")
            if answer?.status == 200 { return }
            guard ContinuousClock.now < deadline else {
                throw JourneyFailure(
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
            // Its agents would be taken for those of turns; it has journeys of its own.
            "SECOND_RUNTIME_SELF_TEST": "0",
        ]
        for name in SecondBinary.tools {
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
        return .init(executable: SecondBinary.path, environment: environment) { port, _ in
            ["worker", "--port", "\(port)", "--host", "127.0.0.1"] + demo
        }
    }

    /// All webs have one secret, and each is asked under its own address, which local sign-in allows on loopback.
    private static func web(
        _ folder: URL,
        _ shared: [String: String],
        database: String,
        publicURL: String,
        worker port: Int
    ) -> LoopbackServer.Program {
        var environment = shared
        environment["SECOND_DATA_DIR"] = folder.path
        environment["HOME"] = folder.path
        environment["SECOND_AUTH_MODE"] = "none"
        environment["SECOND_NO_AUTH_SESSION_SECRET"] = String(repeating: "journey-secret-", count: 3)
        environment["SECOND_PUBLIC_URL"] = publicURL
        environment["MONGODB_URI"] = database
        environment["WORKER_URL"] = "http://127.0.0.1:\(port)"
        return .init(executable: SecondBinary.path, environment: environment) { port, _ in
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

extension LoopbackServer.Program {
    /// The library that `faketime` loads into a program.
    static let clockLibrary = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/faketime/libfaketimeMT.so.1" }
        .first { FileManager.default.fileExists(atPath: $0) }

    /// Whether clocks can be made wrong; where `CI` is set, the tests that need it run and fail when they cannot.
    static var canBeWrong: Bool {
        #if os(Linux)
        self.clockLibrary != nil || ProcessInfo.processInfo.environment["CI"] != nil
        #else
        false
        #endif
    }

    /// The same program, whose wall clock is wrong; the clock that measures durations stays right.
    fileprivate func with(wrongClock: String?) -> Self {
        guard let wrongClock, let library = Self.clockLibrary else { return self }
        var program = self
        program.environment["LD_PRELOAD"] = library
        program.environment["FAKETIME"] = wrongClock
        program.environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        return program
    }
}
