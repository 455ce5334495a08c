import Application
import Domain
import RuntimeProtocols
import Testing
import WorkerAPI

/// A stop that names a turn ends no other turn of the same run (spec 02 §4, T7).
@Suite
struct LateStopTests {
    @Test func anotherTurnOfTheRunGoesOn() async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            var turn = WorkerTurn.sample()
            turn.turnID = "second"
            let stream = try await fixture.service.startTurn(turn)
            let late = try await fixture.service.cancel(turn.scope, turnID: "first")
            #expect(late == WorkerCancellation(cancelled: false, isIdle: false))
            let own = try await fixture.service.cancel(turn.scope, turnID: "second")
            #expect(own == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
        }
    }

    /// One of the two sides does not name turns.
    @Test(arguments: [(nil, "first"), ("second", nil)] as [(String?, String?)])
    func withoutANameTheRunDecides(running: String?, meant: String?) async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            var turn = WorkerTurn.sample()
            turn.turnID = running
            let stream = try await fixture.service.startTurn(turn)
            let own = try await fixture.service.cancel(turn.scope, turnID: meant)
            #expect(own == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
        }
    }
}
