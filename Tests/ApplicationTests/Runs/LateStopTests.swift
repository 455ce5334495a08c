import Application
import Domain
import RuntimeProtocols
import TestSupport
import Testing

/// A stop ends the turn that it was meant for and no later one (spec 02 §4, T7).
@Suite
struct LateStopTests {
    /// The stop is on its way while its turn ends and the next one begins, in the same process or in another.
    @Test(arguments: [false, true])
    func theNextTurnGoesOn(isElsewhere: Bool) async throws {
        try await House.open { first in
            try await House.open(on: first, owner: "process-2", sharingBus: true) { second in
                first.worker.hold(after: Events.text("One"))
                let scope = try await first.newRun()
                try await first.send("Hi", id: "u1", to: scope)
                try await eventually("the worker is called") { first.worker.turns.count == 1 }
                let interlude: @Sendable () async throws -> Void = {
                    first.worker.finish()
                    _ = try await first.ended(scope)
                    first.worker.hold(after: Events.text("Two"))
                    try await first.send("More", id: "u2", to: scope)
                    try await eventually("the worker is called again") { first.worker.turns.count == 2 }
                }
                first.worker.edit { $0.beforeCancel = interlude }
                let stop = try await (isElsewhere ? second : first).runs.stop(scope)
                #expect(first.worker.edit { $0.cancelled.count } == 1)
                #expect(!stop.stopped)
                #expect(!stop.workerCancelled)
                #expect(stop.status == .streaming)
                #expect(stop.failure == nil)
                #expect(first.supervisor.turn(of: scope.runID)?.stopRequested == false)
                first.worker.finish()
                let run = try await first.ended(scope)
                #expect(run.status == .completed)
                #expect(run.messages.map(\.text) == ["Hi", "One", "More", "Two"])
                #expect(first.worker.turns[0].turnID != first.worker.turns[1].turnID)
            }
        }
    }
}
