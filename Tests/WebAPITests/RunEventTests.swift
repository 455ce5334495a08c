import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import WebAPI

/// Events of one run (spec 02 §6), and who may go on reading them.
@Suite("Event streams of a run", .timeLimit(.minutes(5)))
struct RunEventTests {
    private struct Following: Sendable {
        var world: World
        var app: App
        var run: Run
        var scope: RunScope

        func publish(_ kind: WorkspaceEvent.Kind, of run: Run) async {
            await WorkspaceEventPublisher(bus: self.world.bus, clock: self.world.clock.wallClock).publish(kind, of: run)
        }

        func runs() -> RunRepository { RunRepository(store: self.world.store) }

        func start() async throws -> Run {
            let now = self.world.clock.wallClock.now
            let lease = StreamLease(id: "l", startedAt: now, heartbeatAt: now, owner: "test")
            let read = try #require(try await self.runs().find(self.scope))
            let claimed = try await self.runs().claim(
                self.scope,
                as: read,
                lease: lease,
                writing: [],
                attachments: [],
                isRerun: false,
                at: now
            )
            _ = try #require(claimed)
            let ready = try await self.runs().makeAttachable(self.scope, lease: lease, streamID: "stream-1", at: now)
            return try #require(ready)
        }
    }

    /// Writes the run's events to that person until the body returns; then waits for the end.
    private static func follow(
        as person: World.Person,
        clock: any Clock<Duration> = ContinuousClock(),
        isStarted: Bool = false,
        _ body: @Sendable (Following, Received) async throws -> Void
    ) async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let following = Following(
            world: world,
            app: app,
            run: run,
            scope: RunScope(workspaceID: app.workspaceID, appID: app.id, runID: run.id)
        )
        let user = try #require(world.users[person])
        if person == .colleague {
            _ = try await AppRepository(store: world.store)
                .setCollaborators([user.id], of: following.scope.app, at: world.clock.wallClock.now)
        }
        if isStarted { _ = try await following.start() }
        let watch = try #require(try await world.product.events.feed.watch(app.workspaceID, by: user.id))
        let relay = RunEventRelay(
            scope: following.scope,
            userID: user.id,
            runs: world.product.runs,
            events: world.product.events,
            watch: watch,
            clock: clock
        )
        let received = Received()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var writer: any ResponseBodyWriter = RecordingWriter(received: received)
                try await relay.write(to: &writer)
            }
            try await received.wait { $0.hasPrefix(": ok\n\n") }
            try await body(following, received)
            watch.end()
            try await group.next()
        }
    }

    @Test("the three events of this run arrive, those of others do not")
    func theThreeEventsArrive() async throws {
        try await Self.follow(as: .member) { following, received in
            let other = try await following.world.makeApp("Other").run
            await following.publish(.runCompleted, of: other)
            let run = try await following.start()
            await following.publish(.runStreamReady, of: run)
            try await received.wait {
                $0.contains("data: {\"type\":\"stream_started\",\"streamId\":\"stream-1\"}\n\n")
            }
            await following.publish(.runCompleted, of: run)
            try await received.wait { $0.contains("data: {\"type\":\"completed\"}\n\n") }
            await following.publish(.runFailed, of: run)
            try await received.wait { $0.hasSuffix("data: {\"type\":\"failed\"}\n\n") }
            #expect(received.text.components(separatedBy: "completed").count == 2)
        }
    }

    @Test("a run that streams already says so first")
    func aStreamingRunSaysSoFirst() async throws {
        try await Self.follow(as: .member, isStarted: true) { _, received in
            try await received.wait { $0 == ": ok\n\ndata: {\"type\":\"status_sync\",\"status\":\"streaming\"}\n\n" }
        }
    }

    @Test("a collaborator who is removed is told nothing more")
    func aRemovedCollaboratorIsToldNothingMore() async throws {
        try await Self.follow(as: .colleague) { following, received in
            let apps = AppRepository(store: following.world.store)
            let now = following.world.clock.wallClock.now
            let changed = try #require(try await apps.setCollaborators([], of: following.scope.app, at: now))
            await WorkspaceEventPublisher(bus: following.world.bus, clock: following.world.clock.wallClock)
                .publish(.appUpdated, in: changed.workspaceID, scope: .apps, appID: changed.id)
            await following.publish(.runCompleted, of: following.run)
            try await received.waitForEnd()
            #expect(!received.text.contains("completed"))
        }
    }

    @Test("without a hint the right is looked up every minute")
    func theRightIsLookedUpEveryMinute() async throws {
        try await Self.follow(as: .colleague, clock: HurriedClock()) { following, received in
            try await received.wait { $0.contains(": alive\n\n") }
            let user = try #require(following.world.users[.colleague])
            let membership = Filter.workspace(following.app.workspaceID) && .text("userId", user.id.rawValue)
            _ = try await following.world.store.delete(where: membership, in: Collections.memberships)
            try await received.waitForEnd()
        }
    }

    @Test("the route hides the run from everybody who may not collaborate")
    func theRouteHidesTheRun() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        for person in [World.Person.colleague, .stranger] {
            let answer = try await world.send(.get, world.path(of: app) + "/runs/\(run.id)/events", as: person)
            #expect(answer.status == .notFound, "\(person)")
        }
    }

    @Test("a watch that nobody holds any more gives its place back")
    func aForgottenWatchGivesItsPlaceBack() async throws {
        let world = try await World.make()
        let workspace = try #require(WorkspaceID(World.workspace))
        let user = try #require(world.users[.member])
        let feed = world.product.events.feed
        for _ in 0..<(2 * WorkspaceEventFeed.maximumWatchesPerPerson) {
            try await eventually { try await feed.watch(workspace, by: user.id) != nil }
        }
        try await eventually { await feed.watcherCount(of: workspace) == 0 }
    }
}
