import Domain
import Foundation
import NIOHTTP1
import TestServers
import Testing

/// Two webs, two workers, one database, one bus: what people see when any of them is lost, with real processes.
@Suite(
    .serialized,
    .enabled(if: Installation.isWanted, "secantusd-py, redis-server, Claude Code or the server is missing.")
)
struct SeveralProcessesJourney {
    @Test(.timeLimit(.minutes(4)))
    func aTurnIsSeenWholeThroughTheOtherWeb() async throws {
        try await Scene.play("seen") { scene, watched in
            let frames = try await watched.value
            #expect(Scene.text(of: frames) == Scene.words)
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            let done = try await scene.conversation.snapshot(by: scene.viewer)
            #expect(done["status"]?.string == "completed")
            #expect(done.spoken == Scene.words)
            // And again from the log, from where a reader left off.
            let rest = try await scene.viewer.call(.GET, scene.conversation.path + "/stream?cursor=5")
            #expect(Scene.words.hasSuffix(Scene.text(of: rest.text)))
            #expect(rest.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aStopAtTheOtherWebEndsTheTurn() async throws {
        try await Scene.play("stop-elsewhere") { scene, watched in
            let stop = try await scene.viewer.call(.POST, scene.conversation.path + "/stop", [:])
            #expect(try stop.json["stopped"] == .bool(true), "\(stop.text)")
            let frames = try await watched.value
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            let run = try await scene.conversation.snapshot(by: scene.author)
            #expect(run["failure"]?["code"]?.string == "user_stopped")
            #expect(run.spoken.contains("word40"))
            try await scene.conversation.expectRepeat(by: scene.viewer)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aWebThatIsKilledLosesNothingAndStopsNobody() async throws {
        try await Scene.play("kill-web") { scene, watched in
            await scene.installation.webs[0].kill()
            let failed = try await scene.conversation.wait("the failure", by: scene.viewer, within: .seconds(120)) {
                $0["status"]?.string == "failed"
            }
            #expect(failed["failure"]?["code"]?.string == "stale_stream_recovered")
            #expect(failed["failure"]?["retryable"] == .bool(true))
            #expect(failed["messages"]?.array?.count == 2)
            #expect(failed.spoken.contains("word40"), "What was seen is kept.")
            // Whoever watched through the other web is not left waiting.
            let frames = try await watched.value
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            try await scene.conversation.expectRepeat(by: scene.viewer)
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aWorkerThatIsKilledIsReplacedByTheOther() async throws {
        try await Scene.play("kill-worker") { scene, watched in
            // Whichever has the turn: the other one takes its place only when it is gone.
            var other: LoopbackServer?
            for worker in scene.installation.workers {
                let children = ProcessTree.descendants(of: await worker.processID ?? 0)
                // Both keep a type checker; only one runs the agent.
                if children.contains(where: ProcessTree.isAgent) { await worker.kill() } else { other = worker }
            }
            #expect(other != nil, "One worker has the turn, the other has not.")
            let frames = try await watched.value
            #expect(frames.contains("connection to the builder was lost"), "\(frames.suffix(500))")
            let failed = try await scene.conversation.wait("the failure", by: scene.viewer) {
                $0["status"]?.string == "failed"
            }
            #expect(failed["failure"]?["retryable"] == .bool(true))
            #expect(failed.spoken.contains("word40"))
            try await scene.conversation.expectRepeat(by: scene.author)
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aBusThatLosesEverythingLosesNoTurn() async throws {
        try await Scene.play("kill-bus") { scene, _ in
            try await scene.installation.bus.restart()
            let done = try await scene.conversation.wait("the end", by: scene.viewer, within: .seconds(90)) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Scene.words)
            #expect(done["messages"]?.array?.count == 2)
            for web in scene.installation.webs.indices { try await scene.installation.waitUntilReady(web) }
            // Live again for the next turn.
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.viewer)
            #expect(Scene.text(of: next.text) == SlowAnswer.quick)
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aDatabaseThatIsKilledInTheMiddleOfATurnLosesNothing() async throws {
        try await Scene.play("kill-database") { scene, watched in
            try await scene.installation.database.restart()
            let frames = try await watched.value
            #expect(Scene.text(of: frames) == Scene.words)
            let done = try await scene.conversation.wait("the end", by: scene.viewer, within: .seconds(90)) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Scene.words)
            #expect(done["messages"]?.array?.count == 2)
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.author)
            #expect(Scene.text(of: next.text) == SlowAnswer.quick)
        }
    }
}
