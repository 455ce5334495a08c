import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import ScriptedModel
import TestServers
import Testing

/// Two webs, two workers, one database, one bus: what people see when any of them is lost, with real processes.
@Suite(
    .serialized,
    .enabled(if: Installation.isWanted, "secantusd-py, redis-server, Claude Code or the server is missing.")
)
struct SeveralProcessesJourney {
    private static let words = (0..<300).map { "word\($0)" }.joined(separator: " ")

    /// The first answer crawls for twenty seconds, so that something can be lost under it; the next comes at once.
    private static let script = Script(
        turns: Desk.naming + [
            .init(
                "slow",
                when: .init(says: ["tell me"]),
                answer: .init([.text(words)], pace: 200, piece: 22),
                times: 1
            ),
            .init("quick", when: .init(says: ["tell me"]), answer: .init([.text("Here it is, whole.")])),
        ]
    )

    /// A conversation whose slow turn runs, begun at web 0 and watched at web 1.
    private struct Scene: Sendable {
        let installation: Installation
        let conversation: Conversation
        let author: Visitor
        let viewer: Visitor
    }

    /// Starts the house and the slow turn; the closure is called when the viewer has seen the fortieth word.
    private static func play(
        _ name: String,
        then body: @escaping @Sendable (Scene, _ watched: Task<String, any Error>) async throws -> Void
    ) async throws {
        try await ScriptedModelServer.with(self.script, logger: Desk.logger) { _, model in
            try await Installation.with(name, model: model) { installation in
                let author = Visitor(installation.url(0))
                let conversation = try await author.makeApp("Tell me everything")
                let viewer = Visitor(installation.url(1), cookies: author.cookies)
                async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: author)
                _ = try await conversation.wait("a stream", by: viewer) { $0["activeStreamId"]?.string != nil }
                let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
                // Ends with the stream, which ends with the turn or with the process that serves it.
                let watched = Task {
                    var text = ""
                    do {
                        for try await chunk in try await viewer.watch(conversation.path + "/stream") {
                            text += String(buffer: chunk)
                            if text.contains("word40") { continuation.finish() }
                        }
                    } catch {
                        continuation.finish()
                        throw error
                    }
                    continuation.finish()
                    return text
                }
                defer { watched.cancel() }
                for await _ in seen {}
                try await body(
                    Scene(installation: installation, conversation: conversation, author: author, viewer: viewer),
                    watched
                )
                _ = await sent
            }
        }
    }

    /// The text of an answer, put together from the frames that a viewer got.
    private static func text(of frames: String) -> String {
        frames.components(separatedBy: "\n").compactMap { line in
            guard line.hasPrefix("data: {") else { return nil }
            // A frame that is no JSON would be missing in the text.
            let chunk = try? JSONValue(parsing: Data(line.dropFirst(6).utf8))
            return chunk?["type"]?.string == "text-delta" ? chunk?["delta"]?.string : nil
        }.joined()
    }

    private static func expectRepeat(_ scene: Scene, by person: Visitor) async throws {
        let answer = try await scene.conversation.retry(by: person)
        #expect(answer.status == 200, "\(answer.text.prefix(500))")
        let done = try await scene.conversation.wait("the end", by: person) { $0["status"]?.string == "completed" }
        #expect(done.spoken.contains("Here it is, whole."))
        #expect(done["messages"]?.array?.count == 2)
    }

    @Test(.timeLimit(.minutes(4)))
    func aTurnIsSeenWholeThroughTheOtherWeb() async throws {
        try await Self.play("seen") { scene, watched in
            let frames = try await watched.value
            #expect(Self.text(of: frames) == Self.words)
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            let done = try await scene.conversation.snapshot(by: scene.viewer)
            #expect(done["status"]?.string == "completed")
            #expect(done.spoken == Self.words)
            // And again from the log, from where a reader left off.
            let rest = try await scene.viewer.call(.GET, scene.conversation.path + "/stream?cursor=5")
            #expect(Self.words.hasSuffix(Self.text(of: rest.text)))
            #expect(rest.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aStopAtTheOtherWebEndsTheTurn() async throws {
        try await Self.play("stop-elsewhere") { scene, watched in
            let stop = try await scene.viewer.call(.POST, scene.conversation.path + "/stop", [:])
            #expect(try stop.json["stopped"] == .bool(true), "\(stop.text)")
            let frames = try await watched.value
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            let run = try await scene.conversation.snapshot(by: scene.author)
            #expect(run["failure"]?["code"]?.string == "user_stopped")
            #expect(run.spoken.contains("word40"))
            try await Self.expectRepeat(scene, by: scene.viewer)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aWebThatIsKilledLosesNothingAndStopsNobody() async throws {
        try await Self.play("kill-web") { scene, _ in
            await scene.installation.webs[0].kill()
            let failed = try await scene.conversation.wait("the failure", by: scene.viewer, within: .seconds(120)) {
                $0["status"]?.string == "failed"
            }
            #expect(failed["failure"]?["retryable"] == .bool(true))
            #expect(failed["messages"]?.array?.count == 2)
            #expect(failed.spoken.contains("word40"), "What was seen is kept.")
            try await Self.expectRepeat(scene, by: scene.viewer)
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aWorkerThatIsKilledIsReplacedByTheOther() async throws {
        try await Self.play("kill-worker") { scene, watched in
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
            try await Self.expectRepeat(scene, by: scene.author)
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aBusThatLosesEverythingLosesNoTurn() async throws {
        try await Self.play("kill-bus") { scene, _ in
            try await scene.installation.bus.restart()
            let done = try await scene.conversation.wait("the end", by: scene.viewer, within: .seconds(90)) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Self.words)
            #expect(done["messages"]?.array?.count == 2)
            for web in scene.installation.webs.indices { try await scene.installation.waitUntilReady(web) }
            // Live again for the next turn.
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.viewer)
            #expect(Self.text(of: next.text) == "Here it is, whole.")
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func aDatabaseThatIsKilledInTheMiddleOfATurnLosesNothing() async throws {
        try await Self.play("kill-database") { scene, watched in
            try await scene.installation.database.restart()
            let frames = try await watched.value
            #expect(Self.text(of: frames) == Self.words)
            let done = try await scene.conversation.wait("the end", by: scene.viewer, within: .seconds(90)) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Self.words)
            #expect(done["messages"]?.array?.count == 2)
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.author)
            #expect(Self.text(of: next.text) == "Here it is, whole.")
        }
    }
}
