import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

/// Which runtime answers a message: the one it names, where that can be read, else the app's (spec 02 §5.3).
@Suite
struct TurnSettingsTests {
    private static func settings(_ change: [String: JSONValue]) async throws -> RuntimeSettings {
        let (answers, continuation) = AsyncStream<RuntimeSettings>.makeStream()
        try await House.open { house in
            house.worker.play(Events.text("x") + Events.end())
            let scope = try await house.newRun()
            let message: JSONValue = ["id": "u1", "role": "user", "parts": [["type": "text", "text": "Hi"]]]
            let body: [String: JSONValue] = ["messages": [message]]
            let request = try ChatRequest(parsing: JSONValue.object(body.merging(change) { _, new in new }).encoded())
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            _ = try await house.ended(scope)
            continuation.yield(try #require(house.worker.turns.first?.settings))
            continuation.finish()
        }
        var iterator = answers.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    @Test
    func aMessageMayNameItsOwn() async throws {
        let settings = try await Self.settings([
            "runtimeId": "claude-code", "runtimeModel": "claude-haiku-4-5", "runtimeParams": ["effort": "low"],
        ])
        #expect(settings.model == "claude-haiku-4-5")
        #expect(settings.params["effort"] == "low")
    }

    @Test(
        arguments: [
            [:], ["runtimeId": "robot", "runtimeModel": "x"], ["runtimeId": "claude-code"],
            ["runtimeId": 7, "runtimeModel": []], ["runtimeModel": "claude-haiku-4-5"],
        ] as [[String: JSONValue]]
    )
    func whatCannotBeReadLeavesTheAppsOwn(body: [String: JSONValue]) async throws {
        #expect(try await Self.settings(body) == .standard)
    }
}
