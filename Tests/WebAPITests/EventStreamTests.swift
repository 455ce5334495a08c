import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SQLiteDocuments
import Synchronization
import TestSupport
import Testing

@testable import WebAPI

@Suite("Event streams of a workspace")
struct EventStreamTests {
    /// Writes the stream of that person until the body returns; then waits for the stream to end.
    static func withStream(
        of person: World.Person,
        in world: World,
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: @Sendable (Received) async throws -> Void
    ) async throws {
        let user = try #require(world.users[person])
        let workspace = try #require(WorkspaceID(World.workspace))
        let events = world.product.events
        let watch = try #require(try await events.feed.watch(workspace, by: user.id))
        let audience = try #require(try await events.audience(user.id, in: workspace))
        let received = Received()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var writer: any ResponseBodyWriter = RecordingWriter(received: received)
                try await EventRoutes.write(&writer, watch: watch, audience: audience, events: events, clock: clock)
            }
            try await body(received)
            watch.end()
            try await group.next()
        }
    }

    @Test("the first bytes come at once and say when to come back")
    func theFirstBytesComeAtOnce() async throws {
        let world = try await World.make()
        try await Self.withStream(of: .member, in: world) { received in
            try await received.wait { $0.hasPrefix("retry: 2000\n\n: ok\n\n") }
        }
    }

    @Test("a hint reaches those who may know the app, the others only learn that something changed")
    func aHintReachesThoseWhoMayKnow() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let opened = try #require(try await world.product.appGatekeeper.open(app.id, for: world.member(.member)))
        try await Self.withStream(of: .member, in: world) { mine in
            try await Self.withStream(of: .colleague, in: world) { theirs in
                _ = try await world.product.apps.rename(opened, to: "Renamed")
                try await mine.wait { $0.contains(#""type":"app.updated""#) && $0.contains(app.id.rawValue) }
                try await theirs.wait { $0.contains(#""type":"changed""#) }
                _ = try await world.product.runs.create(in: opened.scope, by: run.createdByUserID)
                try await mine.wait { $0.contains(#""type":"run.created""#) }
                try await world.product.apps.delete(opened)
                try await theirs.wait { $0.contains(#""type":"app.deleted""#) }
                #expect(!theirs.text.contains("run.created"))
                #expect(theirs.text.components(separatedBy: app.id.rawValue).count == 2)
            }
        }
    }

    @Test("whoever is removed is cut off with the next hint about memberships")
    func whoeverIsRemovedIsCutOff() async throws {
        let world = try await World.make()
        let user = try #require(world.users[.colleague])
        let workspace = try #require(WorkspaceID(World.workspace))
        try await Self.withStream(of: .colleague, in: world) { received in
            try await received.wait { $0.contains(": ok") }
            let filter = Filter.workspace(workspace) && .text("userId", user.id.rawValue)
            _ = try await world.store.delete(where: filter, in: Collections.memberships)
            await WorkspaceEventPublisher(bus: world.bus, clock: world.clock.wallClock)
                .publish(.memberChanged, in: workspace, scope: .memberships)
            try await received.waitForEnd()
        }
        #expect(await world.product.events.feed.watcherCount(of: workspace) == 0)
    }

    @Test("a reader that falls behind by 256 hints is cut off, the others are not")
    func aReaderThatFallsBehindIsCutOff() async throws {
        let world = try await World.make()
        let workspace = try #require(WorkspaceID(World.workspace))
        let user = try #require(world.users[.member])
        let feed = world.product.events.feed
        let slow = try #require(try await feed.watch(workspace, by: user.id))
        let publisher = WorkspaceEventPublisher(bus: world.bus, clock: world.clock.wallClock)
        try await Self.withStream(of: .owner, in: world) { received in
            for number in 1...(WorkspaceEventFeed.queueLength + 1) {
                await publisher.publish(.changed, in: workspace, scope: .workspaceSettings)
                try await received.wait { $0.components(separatedBy: "data: ").count == number + 1 }
            }
        }
        var count = 0
        for await _ in slow.signals { count += 1 }
        #expect(count == WorkspaceEventFeed.queueLength)
    }

    @Test("a person holds at most twenty streams, and gets the place of one that ended")
    func aPersonHoldsAtMostTwentyStreams() async throws {
        let world = try await World.make()
        let workspace = try #require(WorkspaceID(World.workspace))
        let user = try #require(world.users[.member])
        let other = try #require(world.users[.admin])
        let feed = world.product.events.feed
        var watches: [WorkspaceEventFeed.Watch] = []
        for _ in 0..<20 { watches.append(try #require(try await feed.watch(workspace, by: user.id))) }
        #expect(try await feed.watch(workspace, by: user.id) == nil)
        let refused = try await world.send(.get, "/api/workspaces/acme/events", as: .member)
        #expect(refused.status == .tooManyRequests)
        let another = try #require(try await feed.watch(workspace, by: other.id))
        another.end()
        watches[0].end()
        var again: WorkspaceEventFeed.Watch?
        try await eventually("the place of the one that ended") {
            again = try await feed.watch(workspace, by: user.id)
            return again != nil
        }
        again?.end()
        for watch in watches { watch.end() }
    }
}

/// What a stream has written so far.
final class Received: Sendable {
    private let state = Mutex((text: "", isEnded: false))

    var text: String { self.state.withLock { $0.text } }

    func append(_ text: String) { self.state.withLock { $0.text += text } }

    func end() { self.state.withLock { $0.isEnded = true } }

    func wait(until isMet: @Sendable (String) -> Bool) async throws {
        try await eventually("the stream wrote it; it wrote \(self.text.suffix(400))") { isMet(self.text) }
    }

    func waitForEnd() async throws {
        try await eventually("the stream ends") { self.state.withLock { $0.isEnded } }
    }
}

struct RecordingWriter: ResponseBodyWriter {
    let received: Received

    mutating func write(_ buffer: ByteBuffer) async throws {
        self.received.append(String(buffer: buffer))
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        self.received.end()
    }
}
