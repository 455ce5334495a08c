import Application
import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import Testing
import WebAPI

@Suite("The sidebar")
struct SidebarTests {
    @Test("the sidebar shows an admin no drafts of others")
    func theSidebarShowsNoDraftsOfOthers() async throws {
        let world = try await World.make()
        _ = try await world.makeApp("Mine")
        let mine = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .member)
        #expect(mine.json?["apps"]?.array?.first?["runStatus"]?.string == "pending")
        #expect(mine.json?["activeMemberCount"]?.integer == 4)
        #expect(mine.headers[.cacheControl] == "no-store")
        let admins = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .admin)
        #expect(admins.json?["apps"]?.array?.isEmpty == true)
    }

    @Test("the sidebar and the status list say where the builder waits for a person")
    func theSidebarSaysWhereTheBuilderWaits() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp("Mine")
        let statuses = AppRoutesTests.apps + "/status"
        let before = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .member)
        #expect(before.json?["apps"]?.array?.first?["needsDecision"]?.bool == false)
        #expect(try await world.send(.get, statuses, as: .member).json?["needsDecision"]?.object?.isEmpty == true)

        let (scope, lease) = try await world.claim(run)
        let runs = RunRepository(store: world.store)
        let time = world.clock.wallClock.now
        _ = try await runs.complete(scope, lease: lease, messages: [], awaitsDecision: true, at: time)
        let after = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .member)
        #expect(after.json?["apps"]?.array?.first?["needsDecision"]?.bool == true)
        let marks = try await world.send(.get, statuses, as: .member).json?["needsDecision"]?.object
        #expect(marks == [app.id.rawValue: true])
    }
}
