import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// A reader that does not read must not keep its app busy.
@Suite struct StoppedReaderTests {
    @Test func aStopEndsATurnWhoseReaderDoesNotRead() async throws {
        let stuck = Latch()
        // As an agent that ends in its own order does: what runs it is not cancelled itself.
        let runtime = AgentRuntimeStandIn { _, receive in
            let work = Task {
                for number in 0..<100_000 {
                    if number == 1024 { stuck.open() }
                    try await receive(.stream(.inputDelta(index: number, "x")))
                }
            }
            try await work.value
        }
        try await WorkerFixture.with(runtime) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await stuck.wait()
            let stopped = try await fixture.service.cancel(WorkerTurn.sample().scope)
            #expect(stopped == WorkerCancellation(cancelled: true, isIdle: true))
            let next = try await fixture.service.startTurn(.sample(run: .two))
            _ = (stream, next)
        }
    }

    /// What a turn has cost is in its result, which must not be what finds no room.
    @Test func theResultOfAStoppedTurnWaitsForItsReader() async throws {
        let (stuck, atResult) = (Latch(), Latch())
        let runtime = AgentRuntimeStandIn { _, receive in
            let work = Task {
                for number in 0..<3000 {
                    if number == 1024 { stuck.open() }
                    try await receive(.stream(.inputDelta(index: number, "x")))
                }
                atResult.open()
                try await receive(.result(.good))
            }
            try await work.value
            throw RuntimeFailure.cancelled
        }
        try await WorkerFixture.with(runtime) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await stuck.wait()
            async let stopped = fixture.service.cancel(WorkerTurn.sample().scope)
            try #require(await atResult.wait(atMost: .seconds(20), clock: ContinuousClock()))
            var events: [RuntimeEvent] = []
            await #expect(throws: WorkerFailure.cancelled) {
                for try await event in stream { events.append(event) }
            }
            #expect(try await stopped == WorkerCancellation(cancelled: true, isIdle: true))
            // No gap: what came before the result is what had room when the turn was stopped.
            #expect(events.count == 1025)
            #expect(events.last == .result(.good))
        }
    }
}
