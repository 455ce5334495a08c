import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import ScriptedModel
import TestServers
import Testing

/// Two webs and a worker over one database and one bus: the real binaries, the real CLI (spec 02 B6–B8).
@Suite(
    .serialized,
    .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."),
    .enabled(if: MongoServer.isWanted && RedisServer.isWanted, "No database or no bus is installed.")
)
struct SeveralWebsJourney {
    private static let script = Script(
        turns: Desk.naming + [
            .init(
                "slow",
                when: .init(says: ["tell me"]),
                answer: .init([.text((0..<4000).map { "word\($0)" }.joined(separator: " "))], pace: 100, piece: 20),
                times: 1
            ),
            .init("quick", when: .init(says: ["tell me"]), answer: .init([.text("Here it is, whole.")])),
        ]
    )

    private struct House: Sendable {
        var first: WebProcess.Running
        var second: WebProcess.Running
    }

    private static func open(_ name: String, _ body: @escaping @Sendable (House) async throws -> Void) async throws {
        try await ScriptedModelServer.with(Self.script, logger: Desk.logger) { _, model in
            try await MongoServer.with { mongo in
                try await RedisServer.with { redis in
                    let worker = WorkerProcess(
                        dataFolder: try SecondServer.freshDataFolder(name),
                        environment: [
                            "REDIS_URL": redis.url, "ANTHROPIC_BASE_URL": model.absoluteString,
                            "ANTHROPIC_API_KEY": "test-key",
                        ]
                    )
                    let web = WebProcess(database: mongo.url(), bus: redis.url, environment: [:])
                    _ = try await worker.run { _ in
                        try await web.run { first in
                            try await web.run { second in
                                try await Self.waitUntilReady([first.url, second.url])
                                try await body(House(first: first, second: second))
                            }.result
                        }.result
                    }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aTurnIsWatchedAndStoppedThroughAnotherWeb() async throws {
        try await Self.open("several-stop") { house in
            let here = Visitor(house.first.url)
            let conversation = try await here.makeApp("Tell me everything")
            async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: here)
            // The session of one web is good at the other.
            let there = Visitor(house.second.url, cookies: here.cookies)
            _ = try await conversation.wait("a stream", by: there) { $0["activeStreamId"]?.string != nil }
            let viewer = try await there.watch(conversation.path + "/stream")
            var seen = ""
            var chunks = viewer.makeAsyncIterator()
            while !seen.contains("word3"), let chunk = try await chunks.next() { seen += String(buffer: chunk) }
            // From the first frame on: what was said before it came is replayed.
            #expect(seen.contains("word0"))

            let stop = try await there.call(.POST, conversation.path + "/stop")
            #expect(try stop.json["stopped"] == .bool(true), "\(stop.text)")
            while let chunk = try await chunks.next() { seen += String(buffer: chunk) }
            #expect(seen.hasSuffix("data: [DONE]\n\n"))
            _ = await sent
            let run = try await conversation.snapshot(by: here)
            #expect(run["failure"]?["code"]?.string == "user_stopped")
            #expect(run.spoken.contains("word3"))
            try await Self.repeatTheTurn(conversation, there)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aWebThatIsKilledLeavesATurnThatAnotherWebCloses() async throws {
        try await Self.open("several-kill") { house in
            let here = Visitor(house.first.url)
            let conversation = try await here.makeApp("Tell me everything")
            async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: here)
            let there = Visitor(house.second.url, cookies: here.cookies)
            _ = try await conversation.wait("a stream", by: there) { $0["activeStreamId"]?.string != nil }
            let viewer = try await there.watch(conversation.path + "/stream")
            var seen = ""
            var chunks = viewer.makeAsyncIterator()
            while !seen.contains("word9"), let chunk = try await chunks.next() { seen += String(buffer: chunk) }
            house.first.send(SIGKILL)
            _ = await sent
            let failed = try await conversation.wait("the failure", by: there, within: .seconds(120)) {
                $0["status"]?.string == "failed"
            }
            #expect(failed["failure"]?["code"]?.string == "stale_stream_recovered")
            #expect(failed["failure"]?["retryable"] == .bool(true))
            // The stream of whoever watched through the other web has ended too.
            while let chunk = try await chunks.next() { seen += String(buffer: chunk) }
            try await Self.repeatTheTurn(conversation, there)
        }
    }

    private static func waitUntilReady(_ urls: [String]) async throws {
        for url in urls {
            let deadline = ContinuousClock.now.advanced(by: .seconds(60))
            while true {
                let answer = try await Visitor(url).call(.GET, "/api/ready")
                if answer.status == 200 { break }
                guard ContinuousClock.now < deadline else {
                    throw SecondServer.Failure(description: "The web did not become ready: \(answer.text)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func repeatTheTurn(_ conversation: Conversation, _ person: Visitor) async throws {
        let answer = try await conversation.retry(by: person)
        #expect(answer.status == 200, "\(answer.text.prefix(500))")
        let done = try await conversation.wait("the end", by: person) { $0["status"]?.string == "completed" }
        #expect(done.spoken.contains("Here it is, whole."))
        #expect(done["messages"]?.array?.count == 2)
    }
}
