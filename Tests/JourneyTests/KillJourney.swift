import Domain
import Foundation
import ScriptedModel
import Testing

/// Power cuts and crashes, with the real server and the real CLI.
@Suite(.serialized, .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct KillJourney {
    private static let script = Script(turns: Desk.naming + SlowAnswer.once(SlowAnswer.words(400), pace: 250))

    @Test(.timeLimit(.minutes(2)))
    func aServerThatIsKilledLeavesAFailedTurnThatCanBeRepeated() async throws {
        try await ScriptedModelServer.with(Self.script, logger: Desk.logger) { player, model in
            let server = try Self.server("kill-server", model)
            let (conversation, cookies) = try await server.run { running in
                let person = Visitor(running.url)
                let conversation = try await person.makeApp("Tell me everything")
                async let cut: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: person)
                try await Self.waitForPartialAnswer(player, in: server)
                running.killAtOnce()
                _ = await cut
                return (conversation, person.cookies)
            }
            try await server.run { running in
                let person = Visitor(running.url, cookies: cookies)
                let failed = try await Self.waitForFailure(conversation, person)
                #expect(failed.spoken.contains("word3"), "The partial answer is kept.")
                try await conversation.expectRepeat(by: person)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aCLIThatIsKilledLeavesAFailedTurnThatCanBeRepeated() async throws {
        try await ScriptedModelServer.with(Self.script, logger: Desk.logger) { player, model in
            let server = try Self.server("kill-cli", model)
            try await server.run { running in
                let person = Visitor(running.url)
                let conversation = try await person.makeApp("Tell me everything")
                async let cut: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: person)
                try await Self.waitForPartialAnswer(player, in: server)
                let children = ProcessTree.descendants(of: running.processID)
                #expect(!children.isEmpty)
                for child in children { kill(child, SIGKILL) }
                _ = await cut
                let failed = try await Self.waitForFailure(conversation, person)
                #expect(failed.spoken.contains("word3"), "The partial answer is kept.")
                try await conversation.expectRepeat(by: person)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func twoBrowsersThatSendTheFirstMessageAtOnceStartOneTurn() async throws {
        let script = Script(
            turns: Desk.naming + [
                .init("once", when: .init(first: true), answer: .init([.text("I heard you once.")], pace: 50, piece: 4))
            ]
        )
        try await ScriptedModelServer.with(script, logger: Desk.logger) { model, url in
            try await Self.server("two-browsers", url).run { running in
                let person = Visitor(running.url)
                let conversation = try await person.makeApp("Hello there")
                async let one = conversation.send("Hello there", id: "first", by: person)
                async let two = conversation.send("Hello there", id: "second", by: person)
                _ = try await (one, two)
                let done = try await conversation.wait("the end", by: person) { $0["status"]?.string == "completed" }
                #expect(done["messages"]?.array?.count == 2)
                #expect(done.spoken == "I heard you once.")
                #expect(await model.requests.filter { $0.outcome == .turn("once") }.count == 1)
            }
        }
    }

    private static func server(_ name: String, _ model: URL) throws -> SecondServer {
        SecondServer(
            dataFolder: try SecondServer.freshDataFolder(name),
            environment: ["ANTHROPIC_BASE_URL": model.absoluteString, "ANTHROPIC_API_KEY": "test-key"],
            arguments: []
        )
    }

    /// Some words have reached the store, and many are still to come.
    private static func waitForPartialAnswer(_ model: ScriptedModelServer, in server: SecondServer) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while await !model.requests.contains(where: { $0.outcome == .turn("slow") }) {
            guard ContinuousClock.now < deadline else { throw JourneyFailure(description: "No turn began.") }
            try await Task.sleep(for: .milliseconds(50))
        }
        // Checkpoints are made every two seconds, and nobody but the store's files tells.
        while try !server.hasStored("word3") {
            guard ContinuousClock.now < deadline else { throw JourneyFailure(description: "Nothing was kept.") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func waitForFailure(_ conversation: Conversation, _ person: Visitor) async throws -> JSONValue {
        let failed = try await conversation.wait("the failure", by: person) { $0["status"]?.string == "failed" }
        #expect(failed["failure"]?["retryable"] == .bool(true))
        #expect(failed["messages"]?.array?.count == 2)
        return failed
    }
}
