import Domain
import Foundation
import Subprocess
import TestServers
import Testing

/// `second doctor` beside real servers, healthy and not: what it finds, what it advises, and what it never prints.
@Suite(
    .serialized,
    .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."),
    .enabled(if: MongoServer.isWanted && RedisServer.isWanted, "No database or no bus is installed.")
)
struct DoctorJourney {
    private static let canary = "canary-9b1d55e0c7"

    private static func ask(_ environment: [String: String]) async throws -> SecondCommand.Ended {
        let ended = try await SecondCommand(arguments: ["doctor"], environment: environment).run()
        #expect(!ended.text.contains(Self.canary), "\(ended.text)")
        #expect(!ended.text.contains(WorkerProcess.token), "\(ended.text)")
        return ended
    }

    /// A line that is about that part, with all these words, and for what is wrong the advice below it.
    private static func expect(
        _ ended: SecondCommand.Ended,
        _ mark: String,
        _ part: String,
        _ words: String...,
        advice: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) {
        let index = ended.lines.firstIndex { line in
            line.hasPrefix(mark) && line.contains(" \(part): ") && words.allSatisfy(line.contains)
        }
        #expect(index != nil, "\(mark) \(part) \(words) is not in\n\(ended.text)", sourceLocation: location)
        guard let index, let advice else { return }
        let next = ended.lines.dropFirst(index + 1).first ?? ""
        #expect(
            next.hasPrefix("    mend it with: ") && next.contains(advice),
            "\(advice) is not in \(next)",
            sourceLocation: location
        )
    }

    @Test(.timeLimit(.minutes(3)))
    func aSoundInstallationIsCalledSound() async throws {
        try await MongoServer.with { mongo in
            try await RedisServer.with(password: Self.canary) { redis in
                let worker = WorkerProcess(
                    dataFolder: try SecondServer.freshDataFolder("doctor"),
                    environment: ["SECOND_DEMO": "1"]
                )
                _ = try await worker.run { worker in
                    var environment = [
                        "MONGODB_URI": mongo.url(), "REDIS_URL": redis.url, "WORKER_URL": worker.process.url,
                        "INTERNAL_API_TOKEN": WorkerProcess.token,
                    ]
                    let before = try await Self.ask(environment)
                    #expect(before.status == .exited(0), "\(before.text)")
                    Self.expect(before, "ok", "database", "127.0.0.1:\(mongo.server.port)/second", "replica set")
                    Self.expect(before, "limited", "indexes", "apps", "agent_runs", advice: "start second web")
                    Self.expect(before, "ok", "bus", "redis://127.0.0.1:\(redis.server.port)", "Redis ")
                    Self.expect(before, "ok", "worker", worker.process.url, "version ")
                    Self.expect(before, "ok", "runtime claude-code")
                    Self.expect(before, "limited", "model", "demo", advice: "ANTHROPIC_API_KEY")
                    #expect(!before.text.contains("data folder"), "A web's machine needs none of the rest.")

                    let web = WebProcess(database: mongo.url(), bus: redis.url, environment: [:])
                    _ = try await web.run { _ in }
                    Self.expect(try await Self.ask(environment), "ok", "indexes", "all collections")

                    environment["INTERNAL_API_TOKEN"] = String(repeating: Self.canary, count: 4)
                    let refused = try await Self.ask(environment)
                    #expect(refused.status == .exited(1))
                    Self.expect(
                        refused,
                        "missing",
                        "worker",
                        "does not know our INTERNAL_API_TOKEN",
                        advice: "the same secret for web and worker"
                    )
                    environment["REDIS_URL"] = "redis://:wrong-\(Self.canary)@127.0.0.1:\(redis.server.port)"
                    Self.expect(try await Self.ask(environment), "missing", "bus", "refuses the user or password")
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func whatIsAwayIsNamedWithWhatMendsIt() async throws {
        let away = try await Self.ask([
            "MONGODB_URI": "mongodb://ada:\(Self.canary)@127.0.0.1:1/second?serverSelectionTimeoutMS=300",
            "REDIS_URL": "redis://:\(Self.canary)@127.0.0.1:1", "WORKER_URL": "http://127.0.0.1:1",
            "INTERNAL_API_TOKEN": String(repeating: Self.canary, count: 4),
        ])
        #expect(away.status == .exited(1))
        Self.expect(away, "missing", "database", "does not answer", advice: "MONGODB_URI")
        Self.expect(away, "missing", "bus", "does not answer", advice: "REDIS_URL")
        Self.expect(away, "missing", "worker", "does not answer", advice: "WORKER_URL")

        let wrong = try await Self.ask([
            "MONGODB_URI": "mongodb://ada:\(Self.canary)@db.example", "REDIS_URL": "http://:\(Self.canary)@redis",
            "WORKER_URL": "worker", "INTERNAL_API_TOKEN": Self.canary,
        ])
        #expect(wrong.status == .exited(1))
        Self.expect(wrong, "missing", "database", "must name a database", advice: "MONGODB_URI")
        Self.expect(wrong, "missing", "bus", "must start with redis://", advice: "REDIS_URL")
        Self.expect(wrong, "missing", "worker", "WORKER_URL must be an absolute", advice: "WORKER_URL")

        let few = try await Self.ask([
            "WORKER_URL": "http://127.0.0.1:1", "SECOND_ENV": "production", "MONGODB_URI_FILE": "/nowhere",
        ])
        #expect(few.status == .exited(1))
        Self.expect(few, "missing", "database", "MONGODB_URI_FILE names a file that cannot be read")
        Self.expect(few, "missing", "bus", "REDIS_URL is not set", advice: "redis://host:6379")
        Self.expect(few, "missing", "worker", "INTERNAL_API_TOKEN is not set", advice: "INTERNAL_API_TOKEN")
    }

    @Test(.timeLimit(.minutes(2)))
    func aStrangersCertificateIsToldFromSilence() async throws {
        try await TestAuthority.with { house in
            try await TestAuthority.with { stranger in
                try await RedisServer.with(password: Self.canary, tls: house) { redis in
                    var environment = [
                        "REDIS_URL": redis.url, "REDIS_CA_FILE": house.authority,
                        "SECOND_DATA_DIR": try SecondServer.freshDataFolder("doctor-worker").path,
                    ]
                    let worker = try await Self.ask(environment)
                    Self.expect(worker, "ok", "bus", "rediss://127.0.0.1:\(redis.server.port)")
                    // A worker's machine: what runs agents is looked at as well.
                    Self.expect(worker, "ok", "data folder")
                    #expect(!worker.text.contains(" database: "))
                    environment["REDIS_CA_FILE"] = stranger.authority
                    let refused = try await Self.ask(environment)
                    #expect(refused.status == .exited(1))
                    Self.expect(refused, "missing", "bus", "certificate that is trusted", advice: "REDIS_CA_FILE")
                }
            }
        }
    }
}
