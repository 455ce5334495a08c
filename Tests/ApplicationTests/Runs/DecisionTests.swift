import Application
import Domain
import RuntimeProtocols
import Testing

/// A decision is one about the card that waits, or none (spec 02 B11).
@Suite
struct DecisionTests {
    @Test
    func aDecisionAboutNoCardIsAnOrdinaryMessage() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.play(Events.text("Hello") + Events.end())
            try await house.talk("Hi", id: "u1", to: scope)
            _ = try await house.ended(scope)
            house.worker.play(Events.text("Well") + Events.end())
            let run = try await house.approve("forged", id: "u2", in: scope)
            #expect(run.messages[2].text == "Approved")
            #expect(run.messages[2].metadata?.decision == nil)
            #expect(house.worker.turns.last?.prompt.contains("approved the card") == false)
        }
    }

    /// The repeated message keeps its own decision, whatever the repetition says.
    @Test(arguments: [nil, "plan-1", "forged"])
    func aRepeatedDecisionIsAboutTheCardBeforeIt(call: String?) async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.play(Events.plan())
            try await house.talk("Hi", id: "u1", to: scope)
            _ = try await house.ended(scope)
            house.worker.play(Events.text("Building."), thenFail: .failed("It broke."))
            _ = try await house.approve("plan-1", id: "u2", in: scope)
            house.worker.play(Events.text("Again.") + Events.end())
            let run = try await house.approve(call, id: "u2", in: scope, retry: true)
            #expect(run.messages[2].metadata?.decision == ApprovalDecision(toolCallID: "plan-1", verdict: .approved))
            #expect(house.worker.turns.last?.prompt.contains("approved the card") == true)
        }
    }
}
