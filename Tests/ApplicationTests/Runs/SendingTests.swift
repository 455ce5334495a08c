import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

/// POST chat: what is claimed, what is answered and kept (spec 02 §4, §5, B1, B5, B12).
@Suite
struct SendingTests {
    @Test
    func aFirstMessageIsAnsweredAndKept() async throws {
        try await House.open { house in
            house.worker.play([.started(sessionID: "s", format: "f")] + Events.text("Hello <b>") + Events.end())
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)

            #expect(run.status == .completed)
            #expect(run.messages.map(\.role) == [.user, .assistant])
            #expect(run.messages.first?.text == "Hi")
            #expect(run.messages.first?.metadata?.authorUserID == house.author.id)
            #expect(run.messages.last?.text == "Hello <b>")
            #expect(run.activeStreamID == nil)
            #expect(run.streamLease == nil)
            #expect(run.partialAnswer == nil)
            #expect(run.usage?.totalCostUSD == 0.25)
            #expect(run.usage?.byModel["claude%2Etest"]?.inputTokens == 100)
            let id = try #require(run.messages.last?.id)
            #expect(text.hasPrefix("id: 1\ndata: {\"type\":\"start\",\"messageId\":\"\(id)\"}\n\n"))
            #expect(text.hasSuffix("data: {\"type\":\"finish\"}\n\ndata: [DONE]\n\n"))
            #expect(house.worker.turns.first?.prompt == "Hi")
            #expect(house.worker.turns.first?.maxTurns == 500)
        }
    }

    @Test
    func usageOfSeveralTurnsAddsUp() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            for number in 1...3 {
                house.worker.play(Events.text("x") + Events.end())
                try await house.talk("m", id: "u\(number)", to: scope)
                _ = try await house.ended(scope)
            }
            let run = try await house.run(scope)
            #expect(run.usage?.totalInputTokens == 300)
            #expect(run.messageCount == 6)
        }
    }

    @Test
    func aHistoryThatIsNotOursChangesNothing() async throws {
        try await House.open { house in
            house.worker.play(Events.text("one") + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let before = try await house.ended(scope)
            let answerID = try #require(before.messages.last?.id)
            let stale: [[(String, String)]] = [
                [], [("u1", "user")], [("x", "user"), (answerID, "assistant")],
                [(answerID, "assistant"), ("u1", "user")],
            ]
            for known in stale {
                let request = try House.request("More", id: "u2", after: known)
                let answer = try await house.runs.send(request, to: scope, by: house.author)
                #expect(answer.chatHeader("claim-result") == "stale_input")
                #expect(answer.chatHeader("error-code") == "claim_rejected")
            }
            let empty = try House.request("  \n", id: "u2", after: [("u1", "user"), (answerID, "assistant")])
            let answer = try await house.runs.send(empty, to: scope, by: house.author)
            #expect(answer.chatHeader("claim-result") == "stale_input")
            #expect(try await house.run(scope) == before)
        }
    }

    @Test
    func aTurnThatFailsBeforeAnyAnswerLeavesNoEmptyMessage() async throws {
        try await House.open { house in
            house.worker.edit { $0.startRefusal = .busy }
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.status == .failed)
            #expect(run.failure?.code == .workerStreamFailed)
            #expect(run.failure?.retryable == true)
            #expect(run.messages.map(\.id) == ["u1"])
            #expect(text.contains("\"type\":\"error\""))
            #expect(text.hasSuffix("data: [DONE]\n\n"))

            house.worker.edit { $0.startRefusal = nil }
            house.worker.play(Events.text("now") + Events.end())
            try await house.talk("And now?", id: "u2", to: scope)
            #expect(try await house.ended(scope).messages.map(\.role) == [.user, .user, .assistant])
        }
    }

    @Test
    func aCardIsAnsweredByADecisionOnly() async throws {
        try await House.open { house in
            house.worker.play(Events.plan())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let waiting = try await house.ended(scope)
            #expect(waiting.status == .completed)
            #expect(PendingApproval.find(in: waiting.messages)?.toolCallID == "plan-1")
            #expect(waiting.awaitsDecision == true)

            for decision in [nil, (call: "plan-0", verdict: "approved")] {
                let bypass = try await house.request("Build something else", id: "u2", in: scope, decision: decision)
                let refused = try await house.runs.send(bypass, to: scope, by: house.author)
                #expect(refused.chatHeader("error-code") == "approval_pending")
            }
            #expect(try await house.run(scope) == waiting)

            house.worker.play(Events.text("Building.") + Events.end())
            let decision = (call: "plan-1", verdict: "approved")
            let request = try await house.request("Approved", id: "u2", in: scope, decision: decision)
            let accepted = try await house.runs.send(request, to: scope, by: house.author)
            #expect(accepted.chatHeader("claim-result") == nil)
            let run = try await house.ended(scope)
            #expect(run.awaitsDecision == nil)
            #expect(run.messages[2].metadata?.decision == ApprovalDecision(toolCallID: "plan-1", verdict: .approved))
        }
    }
}
