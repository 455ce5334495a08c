import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import TestSupport
import Testing

@testable import WorkerAPI

/// Naming an app runs an agent too: it counts like a turn.
@Suite struct SideJobTests {
    private static let request = WorkerMetadataRequest(
        appID: .two,
        prompt: "Build a tracker",
        fallbackName: "",
        settings: .standard
    )

    @Test func namingWaitsForNoRoomThatTurnsHaveTaken() async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: 1)
        ) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await fixture.service.describe(Self.request) }
            _ = stream
        }
    }

    @Test func turnsWaitForNoRoomThatNamingHasTaken() async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: 2)
        ) { fixture in
            let naming = Task { try await fixture.service.describe(Self.request) }
            try await eventually { await fixture.service.load().running == 1 }
            let stream = try await fixture.service.startTurn(.sample())
            await #expect(throws: WorkerRefusal.atCapacity) {
                _ = try await fixture.service.startTurn(.sample(app: .two))
            }
            await #expect(throws: WorkerRefusal.busy) { _ = try await fixture.service.startTurn(.sample()) }
            naming.cancel()
            await #expect(throws: (any Error).self) { _ = try await naming.value }
            let next = try await fixture.service.startTurn(.sample(app: .two))
            _ = (stream, next)
        }
    }

    private static let hasNoMemory: @Sendable () -> Bool = { false }

    @Test func namingNeedsMemoryForOneMoreAgent() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await WorkerFixture.with(runtime, hasMemory: Self.hasNoMemory) { fixture in
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await fixture.service.describe(Self.request) }
            #expect(runtime.requests.isEmpty)
        }
    }
}
