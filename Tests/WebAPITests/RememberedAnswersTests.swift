import Application
import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import TestShapes
import Testing
import WebAPI

/// What the server remembers never outlives the right to see it (architecture §11).
@Suite("Remembered answers")
struct RememberedAnswersTests {
    private static let apps = "/api/workspaces/acme/apps"

    /// Ids of the apps that the person is shown; asked twice, so that the second answer could be a remembered one.
    private func shown(to person: World.Person, in world: World) async throws -> [String] {
        var ids: [String] = []
        for _ in 0..<2 {
            let response = try await world.send(.get, Self.apps, as: person)
            #expect(response.status == .ok)
            ids = try #require(response.json?["items"]?.array).compactMap { $0["id"]?.string }
        }
        return ids
    }

    private func membership(of person: World.Person, in world: World) throws -> Filter {
        .text("userId", try #require(world.users[person]).id.rawValue)
    }

    @Test("the embedded engine's answers are remembered, or nothing here would show anything")
    func somethingIsRemembered() async throws {
        let world = try await World.make()
        #expect((world.product.memory.people?.current != nil) == !TestShape.isDistributed)
        #expect((world.product.memory.apps?.current != nil) == !TestShape.isDistributed)
    }

    @Test("a new, renamed and removed app shows at once")
    func changesOfAppsShowAtOnce() async throws {
        let world = try await World.make()
        #expect(try await self.shown(to: .member, in: world) == [])
        let (app, _) = try await world.makeApp(by: .member)
        #expect(try await self.shown(to: .member, in: world) == [app.id.rawValue])
        _ = try await world.send(.put, world.path(of: app), as: .member, json: #"{"name":"Renamed"}"#)
        let apps = AppRepository(store: world.store)
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        _ = try await apps.describe(scope, as: "Now described", at: world.clock.wallClock.now)
        #expect(try await world.send(.get, Self.apps, as: .member).text.contains("Now described"))
        _ = try await apps.markDeleted(scope, at: world.clock.wallClock.now)
        #expect(try await self.shown(to: .member, in: world) == [])
    }

    @Test("a removed member is let in no more, and sees nothing that was remembered for them")
    func aRemovedMemberIsLetInNoMore() async throws {
        let world = try await World.make()
        _ = try await world.makeApp(by: .member)
        #expect(try await self.shown(to: .member, in: world).count == 1)
        let memberships = Collection<Membership>(Collections.memberships, in: world.store)
        _ = try await memberships.delete(where: self.membership(of: .member, in: world))
        #expect(try await world.send(.get, Self.apps, as: .member).status == .forbidden)
        #expect(try await world.send(.get, Self.apps, as: .admin).status == .ok)
    }

    @Test("a lowered role narrows the list at once, a raised one widens it")
    func aChangedRoleCountsAtOnce() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp(by: .member)
        let memberships = Collection<Membership>(Collections.memberships, in: world.store)
        #expect(try await self.shown(to: .admin, in: world) == [app.id.rawValue])
        for (role, expected) in [("member", []), ("nonsense", nil), ("admin", [app.id.rawValue])]
            as [(String, [String]?)]
        {
            _ = try await memberships.update(
                where: self.membership(of: .admin, in: world),
                [.set("role", .string(role))]
            )
            if let expected {
                #expect(try await self.shown(to: .admin, in: world) == expected)
            } else {
                #expect(try await world.send(.get, Self.apps, as: .admin).status == .forbidden)
            }
        }
    }

    @Test("a collaborator who is taken off an app sees it no more")
    func aFormerCollaboratorSeesItNoMore() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp(by: .member)
        let apps = AppRepository(store: world.store)
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        let colleague = try #require(world.users[.colleague]).id
        #expect(try await self.shown(to: .colleague, in: world) == [])
        _ = try await apps.setCollaborators([colleague], of: scope, at: world.clock.wallClock.now)
        #expect(try await self.shown(to: .colleague, in: world) == [app.id.rawValue])
        _ = try await apps.setCollaborators([], of: scope, at: world.clock.wallClock.now)
        #expect(try await self.shown(to: .colleague, in: world) == [])
    }

    @Test("a published app shows to its teams for as long as a person is in one, and to all when it is for all")
    func aPublishedAppShowsToItsTeams() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp(by: .member)
        try await world.save(["src/App.tsx": "1", "dist/index.html": "<p>1"], to: app)
        let apps = Collection<App>(Collections.apps, in: world.store)
        let teams = Collection<TeamMembership>(Collections.teamMemberships, in: world.store)
        let draft = try #require(try await apps.first(where: .id(app.id))?.draft)
        let colleague = Filter.and([.text("workspaceId", "acme"), try self.membership(of: .colleague, in: world)])
        let place = try #require(try await teams.first(where: colleague))
        #expect(try await self.shown(to: .colleague, in: world) == [])
        _ = try await apps.update(
            where: .id(app.id),
            [
                try .assign("published", draft), .set("publishStatus", "published"),
                try .assign("teamIds", [place.teamID]),
            ]
        )
        #expect(try await self.shown(to: .colleague, in: world) == [app.id.rawValue])
        _ = try await teams.delete(where: colleague)
        #expect(try await self.shown(to: .colleague, in: world) == [])
        _ = try await apps.update(where: .id(app.id), [.set("visibility", "workspace")])
        #expect(try await self.shown(to: .colleague, in: world) == [app.id.rawValue])
        _ = try await apps.update(where: .id(app.id), [.set("visibility", "teams")])
        #expect(try await self.shown(to: .colleague, in: world) == [])
    }

    @Test("signing out everywhere ends sessions whose person is remembered")
    func signingOutEverywhereCountsAtOnce() async throws {
        let world = try await World.make()
        #expect(try await self.shown(to: .member, in: world) == [])
        let user = try #require(world.users[.member])
        try await UserRepository(store: world.store).endSessions(of: user.id, at: world.clock.wallClock.now)
        #expect(try await world.send(.get, Self.apps, as: .member).code == "identity_required")
    }

    @Test("pages of different people, sizes and places in the list are different answers")
    func answersAreToldApart() async throws {
        let world = try await World.make()
        var ids: [String] = []
        for number in 1...3 {
            world.clock.advance(by: .seconds(1))
            ids.insert(try await world.makeApp("App \(number)", by: .member).app.id.rawValue, at: 0)
        }
        #expect(try await self.shown(to: .colleague, in: world) == [])
        #expect(try await self.shown(to: .member, in: world) == ids)
        for (query, expected) in [("?limit=1", [ids[0]]), ("?limit=1&cursor=\(ids[0])", [ids[1]]), ("", ids)] {
            for _ in 0..<2 {
                let response = try await world.send(.get, Self.apps + query, as: .member)
                #expect(response.json?["items"]?.array?.compactMap { $0["id"]?.string } == expected)
            }
        }
        #expect(try await world.send(.get, "/api/workspaces/other/apps", as: .member).status == .notFound)
    }
}
