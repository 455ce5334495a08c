import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

/// A deleted app leaves nothing (spec 02 B21).
@Suite("Removing apps", .timeLimit(.minutes(5)))
struct AppRemovalTests {
    /// Documents that hang on the app, by collection; the app itself is not one of them.
    private static func remains(of app: App, in world: World) async throws -> [String: Int] {
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        var remains: [String: Int] = [:]
        for collection in [Collections.runs, Collections.revisions, Collections.blobs, Collections.attachments] {
            let count = try await world.store.count(where: .ofApp(scope), in: collection)
            if count > 0 { remains[collection.name] = count }
        }
        return remains
    }

    private static func attach(to app: App, _ world: World) async throws {
        let attachments = AttachmentRepository(store: world.store, identifiers: .live)
        let reference = AttachmentRef(
            id: "a",
            name: "a.txt",
            path: "attachments/a-a.txt",
            size: 1,
            contentType: "text/plain"
        )
        try await attachments.put(
            reference,
            content: Data("x".utf8),
            in: AppScope(workspaceID: app.workspaceID, appID: app.id),
            at: world.clock.wallClock.now
        )
    }

    @Test("the app is gone at once, with its runs, versions, contents, attachments and workspace")
    func everythingIsGoneAtOnce() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp()
        let other = try await world.makeApp("Other").app
        for app in [app, other] {
            try await world.save(["src/App.tsx": "x", "dist/index.html": "<p>"], to: app)
            try await Self.attach(to: app, world)
        }
        let kept = try await Self.remains(of: other, in: world)
        #expect(kept == ["agent_runs": 1, "source_revisions": 1, "blobs": 2, "builder_attachments": 1])
        let response = try await world.send(.delete, world.path(of: app), as: .member)
        #expect(response.status == .ok)
        #expect(try await world.send(.get, world.path(of: app), as: .owner).code == "not_found")
        #expect(try await Self.remains(of: app, in: world) == [:])
        #expect(try await Self.remains(of: other, in: world) == kept, "the same files of another app stay")
        #expect(world.worker.state.withLock { $0.removed } == [app.id])
        #expect(try await world.makeApp("Tracker").app.name == "Tracker", "the name is free")
    }

    @Test("what was on its way when the app was deleted is removed an hour later")
    func latecomersAreRemoved() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp()
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        _ = try await world.send(.delete, world.path(of: app), as: .member)
        // A save at another process that had looked the app up before.
        let blobs = BlobRepository(store: world.store)
        try await blobs.put(Data("late".utf8), of: .app(scope))
        try await Self.attach(to: app, world)
        let removal = world.product.apps.removal
        world.clock.advance(by: .seconds(3599))
        try await removal.finish()
        #expect(try await Self.remains(of: app, in: world) != [:], "not yet")
        world.clock.advance(by: .seconds(1))
        try await removal.finish()
        #expect(try await Self.remains(of: app, in: world) == [:])
        #expect(try await world.store.count(where: .app(scope), in: Collections.apps) == 0, "nor is it remembered")
        try await removal.finish()
    }

    @Test("a removal that fails is tried again and holds up no other")
    func aFailedRemovalIsTriedAgain() async throws {
        let world = try await World.make()
        let stuck = try await world.makeApp("Stuck").app
        try await world.save(["src/App.tsx": "x"], to: stuck)
        world.worker.refuseRemoval(of: stuck.id)
        let response = try await world.send(.delete, world.path(of: stuck), as: .member)
        #expect(response.status == .ok, "to people it is gone")
        #expect(try await Self.remains(of: stuck, in: world)["blobs"] == 1)
        let other = try await world.makeApp("Other").app
        _ = try await world.send(.delete, world.path(of: other), as: .member)
        world.clock.advance(by: .seconds(3600))
        try await world.product.apps.removal.finish()
        let left = try await AppRepository(store: world.store).removalsDue(at: world.clock.wallClock.now, limit: 9)
        #expect(left.map(\.id) == [], "not at once again")
        world.worker.refuseRemoval(of: nil)
        world.clock.advance(by: AppRemoval.pause)
        try await world.product.apps.removal.finish()
        #expect(try await Self.remains(of: stuck, in: world) == [:])
        #expect(try await world.store.count(where: .exists("removalDueAt"), in: Collections.apps) == 0)
    }
}
