import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import ScriptedModel
import Subprocess
import Testing

/// A server that is asked to stop while people watch a turn, with the real binary and the real CLI.
@Suite(.serialized, .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct StopJourney {
    /// The answer takes minutes.
    private static let script = Script(
        turns: Desk.naming + [
            .init(
                "slow",
                when: .init(says: ["tell me"]),
                answer: .init([.text((0..<4000).map { "word\($0)" }.joined(separator: " "))], pace: 100, piece: 20)
            )
        ]
    )

    @Test(.timeLimit(.minutes(2)))
    func aStopEndsStreamsAndTurnsCleanly() async throws {
        try await ScriptedModelServer.with(Self.script, logger: Desk.logger) { _, model in
            let server = SecondServer(
                dataFolder: try SecondServer.freshDataFolder("stop"),
                environment: ["ANTHROPIC_BASE_URL": model.absoluteString, "ANTHROPIC_API_KEY": "test-key"],
                arguments: []
            )
            let ((conversation, cookies, took), end) = try await server.runToEnd(patience: .seconds(30)) { running in
                let person = Visitor(running.url)
                let conversation = try await person.makeApp("Tell me everything")
                async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: person)
                _ = try await conversation.wait("a stream", by: person) { $0["activeStreamId"]?.string != nil }
                let viewer = try await person.watch(conversation.path + "/stream")
                async let page = person.watch("/api/workspaces/acme/events")
                var seen = ""
                var chunks = viewer.makeAsyncIterator()
                while !seen.contains("word3"), let chunk = try await chunks.next() { seen += String(buffer: chunk) }
                _ = try await page
                let start = ContinuousClock.now
                kill(running.processID, SIGTERM)
                while let chunk = try await chunks.next() { seen += String(buffer: chunk) }
                // The viewer is told how the turn ended, and that nothing more comes.
                #expect(seen.contains("The server was stopped while the builder worked"), "\(seen.suffix(500))")
                #expect(seen.hasSuffix("data: [DONE]\n\n"), "\(seen.suffix(200))")
                let answer = await sent
                #expect(answer?.text.hasSuffix("data: [DONE]\n\n") == true)
                return (conversation, person.cookies, ContinuousClock.now - start)
            }
            guard case .exited(0) = end else {
                Issue.record("The server ended with \(end).")
                return
            }
            #expect(took < .seconds(20))
            try await server.run { running in
                let person = Visitor(running.url, cookies: cookies)
                let run = try await conversation.snapshot(by: person)
                #expect(run["status"]?.string == "failed")
                #expect(run["failure"]?["code"]?.string == "worker_stream_failed")
                #expect(run["failure"]?["retryable"] == .bool(true))
                #expect(run.spoken.contains("word3"), "The partial answer is kept.")
            }
        }
    }
}
