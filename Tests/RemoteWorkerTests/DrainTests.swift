import Application
import Domain
import TestSupport
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// A worker that is asked to leave (spec 05 B46).
@Suite struct DrainTests {
    @Test func aDrainingWorkerFinishesWhatItHasAndGetsNothingNew() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a", AgentStandIn.endless)
            let web = fleet.web()
            let stream = try await web.startTurn(.sample())
            try await eventually { try await first.live.service.status(of: .one).sessionID != nil }
            let drain = Task { await first.live.service.drain(letting: .seconds(600)) }
            try await eventually { await first.live.service.load().isDraining }
            await first.registration.announce()
            let second = try await fleet.join("b")

            // The running turn can still be asked about and stopped, by other webs too.
            let other = fleet.web()
            let isBusy = try await other.status(of: .one).isBusy
            #expect(isBusy)
            await #expect(throws: WorkerRefusal.busy) { _ = try await other.startTurn(.sample(run: .two)) }
            try await other.work(on: .two, saved: nil)
            #expect(second.agent.requests.count == 1)

            let stopped = try await other.cancel(WorkerTurn.sample().scope)
            #expect(stopped == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            await drain.value
            try await other.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(second.live.content("saved.txt") == "s")
        }
    }

    @Test func aDrainThatTheRegistryHasNotHeardOfMovesTheAppAllTheSame() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a")
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            await first.live.service.drain()
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await web.startTurn(.sample()) }
            let second = try await fleet.join("b")
            try await web.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(second.live.content("saved.txt") == "s")
        }
    }
}
