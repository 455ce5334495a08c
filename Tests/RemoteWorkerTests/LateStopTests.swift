import Application
import Domain
import RuntimeProtocols
import Testing

@testable import RemoteWorker

/// The turn that a stop means travels with it (spec 02 §4, T7).
@Suite
struct LateStopTests {
    @Test func aStopForAnEarlierTurnEndsNone() async throws {
        try await LiveWorker.with(AgentStandIn(play: AgentStandIn.endless)) { remote, _ in
            var turn = WorkerTurn.sample()
            turn.turnID = "second"
            let stream = try await remote.startTurn(turn)
            let late = try await remote.cancel(turn.scope, turnID: "first")
            #expect(late == WorkerCancellation(cancelled: false, isIdle: false))
            let own = try await remote.cancel(turn.scope, turnID: "second")
            #expect(own == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
        }
    }
}
