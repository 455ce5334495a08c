import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import TestSupport
import Testing

@testable import WorkerAPI

/// Naming an app runs an agent too, and nobody waits for it: it takes no turn's room.
@Suite struct SideJobTests {
    private static let request = WorkerMetadataRequest(
        appID: .two,
        prompt: "Build a tracker",
        fallbackName: "",
        settings: .standard
    )

    @Test(arguments: [1, 2])
    func namingLeavesTheLastRoomToATurn(_ limit: Int) async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: limit)
        ) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await fixture.service.describe(Self.request) }
            _ = stream
        }
    }

    @Test func namingGoesOnBesideTurnsWhereThereIsRoom() async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: 3)
        ) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            let naming = Task { try await fixture.service.describe(Self.request) }
            try await eventually { await fixture.service.load().sideJobs == 1 }
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await fixture.service.describe(Self.request) }
            naming.cancel()
            await #expect(throws: (any Error).self) { _ = try await naming.value }
            #expect(await fixture.service.load().sideJobs == 0)
            _ = stream
        }
    }

    @Test(arguments: [1, 2])
    func noTurnIsRefusedBecauseAnAppIsNamed(_ limit: Int) async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: limit)
        ) { fixture in
            let naming = Task { try await fixture.service.describe(Self.request) }
            try await eventually { await fixture.service.load().sideJobs == 1 }
            #expect(await fixture.service.load().running == 0)
            #expect(await !fixture.service.isIdle)
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await fixture.service.describe(Self.request) }
            let first = try await fixture.service.startTurn(.sample())
            await #expect(throws: WorkerRefusal.busy) { _ = try await fixture.service.startTurn(.sample()) }
            let second = limit > 1 ? try await fixture.service.startTurn(.sample(app: .two)) : nil
            await #expect(throws: WorkerRefusal.atCapacity) {
                _ = try await fixture.service.startTurn(.sample(app: .three))
            }
            naming.cancel()
            await #expect(throws: (any Error).self) { _ = try await naming.value }
            _ = (first, second)
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
