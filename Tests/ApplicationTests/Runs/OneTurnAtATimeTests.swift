import Application
import Documents
import Domain
import TestSupport
import Testing

/// Whoever sends at the same moment, an app has one turn (spec 02 §4, §5, B5).
@Suite
struct OneTurnAtATimeTests {
    @Test
    func simultaneousFirstMessagesStartOneTurn() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("one"))
            let scope = try await house.newRun()
            let requests = try (1...6).map { try House.request("Hi", id: "u\($0)", after: []) }
            let results = try await withThrowingTaskGroup(of: String?.self) { group in
                for request in requests {
                    group.addTask {
                        try await house.runs.send(request, to: scope, by: house.author).chatHeader("claim-result")
                    }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(results.count { $0 == nil } == 1)
            #expect(results.allSatisfy { [nil, "already_streaming", "stale_input"].contains($0) })
            try await eventually("the worker is called") { !house.worker.turns.isEmpty }
            house.worker.finish()
            _ = try await house.ended(scope)
            #expect(house.worker.turns.count == 1)
        }
    }

    @Test
    func whileATurnRunsADuplicateIsSilentAndAnotherMessageIsBusy() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("one"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)

            let again = try await house.runs.send(
                try House.request("Hi", id: "u1", after: []),
                to: scope,
                by: house.author
            )
            #expect(again.chatHeader("claim-result") == "already_streaming")
            #expect(again.chatHeader("error-code") == nil)
            #expect(try await House.read(again.stream) == "data: [DONE]\n\n")

            // Even a list that is not longer: it brings words that the run does not know.
            let other = try await house.runs.send(
                try House.request("More", id: "u2", after: []),
                to: scope,
                by: house.author
            )
            #expect(other.chatHeader("error-code") == "run_already_streaming")
            #expect(other.chatHeader("retryable") == "true")
            #expect(try await House.read(other.stream).contains("\"type\":\"error\""))
            house.worker.finish()
            _ = try await house.ended(scope)
        }
    }

    @Test
    func oneAppStreamsInOneRunAtATime() async throws {
        try await House.open { house in
            house.worker.hold()
            let first = try await house.newRun()
            let second = try await house.newRun()
            try await house.send("Hi", id: "u1", to: first)
            let refused = try await house.send("Hi", id: "u1", to: second)
            #expect(refused.chatHeader("error-code") == "run_already_streaming")
            #expect(try await house.run(second).status == .pending)

            let other = try await house.secondApp()
            house.worker.play(Events.text("fine") + Events.end())
            let elsewhere = try await house.newRun(of: AppScope(workspaceID: other.workspaceID, appID: other.id))
            let accepted = try await house.send("Hi", id: "u1", to: elsewhere)
            #expect(accepted.chatHeader("claim-result") == nil)
            _ = try await house.ended(elsewhere)
            house.worker.finish()
            _ = try await house.ended(first)
        }
    }
}
