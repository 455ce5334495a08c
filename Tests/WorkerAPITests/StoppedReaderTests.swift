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
}
