import AsyncHTTPClient
import Domain
import Foundation
import NIOHTTP1
import ScriptedModel
import Subprocess
import TestServers
import Testing

/// A web that is taken out of traffic before it stops, as load balancers see it (spec 05 B42).
@Suite(
    .serialized,
    .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."),
    .enabled(if: MongoServer.isWanted && RedisServer.isWanted, "No database or no bus is installed.")
)
struct LeavingJourney {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test(.timeLimit(.minutes(3)))
    func aWebThatLeavesIsNotReadyAliveAndBeginsNothing() async throws {
        try await ScriptedModelServer.with(SlowTurn.script, logger: Desk.logger) { _, model in
            try await MongoServer.with { mongo in
                try await RedisServer.with { redis in
                    let worker = WorkerProcess(
                        dataFolder: try SecondServer.freshDataFolder("leaving"),
                        environment: [
                            "REDIS_URL": redis.url, "ANTHROPIC_BASE_URL": model.absoluteString,
                            "ANTHROPIC_API_KEY": "test-key", "SECOND_WORKER_DRAIN_SECONDS": "1",
                        ]
                    )
                    let web = WebProcess(
                        database: mongo.url(),
                        bus: redis.url,
                        environment: ["SECOND_WEB_DRAIN_SECONDS": "12"]
                    )
                    let ended = try await worker.run { _ in
                        let ended = try await web.run { try await Self.leave($0) }
                        #expect(ended.status == .exited(0))
                        return ended.output
                    }
                    // One trace for the person's turn, in the logs of both processes.
                    for output in [ended.result, ended.output] {
                        let line = output.split(separator: "\n").first { $0.contains("A turn begins") }
                        #expect(line?.contains("trace.id=\(Self.trace)") == true, "\(line ?? "no such line")")
                    }
                }
            }
        }
    }

    @Sendable
    private static func leave(_ web: SecondProcess.Running) async throws {
        let person = Visitor(web.url, headers: ["traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01"])
        try await Self.waitForReadiness(200, of: person)
        try await SlowTurn.play(by: person) { turn in
            web.send(SIGTERM)
            let ready = try await Self.waitForReadiness(503, of: person)
            #expect(try ready.json["detail"]?.string == "server_stopping")
            #expect(try await person.call(.GET, "/api/health").status == 200)
            let conversation = turn.conversation
            for path in [conversation.path + "/stream", conversation.workspace + "/events"] {
                let refused = try await person.call(.GET, path)
                #expect(refused.status == 503)
                #expect(try refused.json["error"]?.string == "server_stopping")
            }
            // Whoever only asks is answered, and what runs goes on.
            let run = try await conversation.snapshot(by: person)
            #expect(run["status"]?.string == "streaming")
            try await turn.see("word9")
        }
    }

    @discardableResult
    private static func waitForReadiness(_ status: UInt, of person: Visitor) async throws -> Visitor.Answer {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while true {
            let answer = try await person.call(.GET, "/api/ready")
            if answer.status == status { return answer }
            guard ContinuousClock.now < deadline else {
                throw JourneyFailure(description: "/api/ready still answers \(answer.status): \(answer.text)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
