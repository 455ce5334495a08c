import AsyncHTTPClient
import Domain
import Foundation
import ScriptedModel
import Subprocess
import Testing

/// A server that is asked to stop while people watch a turn, with the real binary and the real CLI.
@Suite(.serialized, .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct StopJourney {
    @Test(.timeLimit(.minutes(2)))
    func aStopEndsStreamsAndTurnsCleanly() async throws {
        try await ScriptedModelServer.with(SlowTurn.script, logger: Desk.logger) { _, model in
            let server = SecondServer(
                dataFolder: try SecondServer.freshDataFolder("stop"),
                environment: ["ANTHROPIC_BASE_URL": model.absoluteString, "ANTHROPIC_API_KEY": "test-key"],
                arguments: []
            )
            let ended = try await server.runToEnd(patience: .seconds(30)) { running in
                let person = Visitor(running.url)
                let (conversation, page, start) = try await SlowTurn.play(by: person) { turn in
                    let page = try await person.watch("/api/workspaces/acme/events")
                    let start = ContinuousClock.now
                    running.send(SIGTERM)
                    return (turn.conversation, page, start)
                }
                for try await _ in page {}
                return (conversation, person.cookies, ContinuousClock.now - start)
            }
            let (conversation, cookies, took) = ended.result
            #expect(ended.status == .exited(0))
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
