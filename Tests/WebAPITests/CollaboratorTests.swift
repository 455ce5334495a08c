import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("Collaborators")
struct CollaboratorTests {
    private static func path(_ world: World, _ app: App) -> String { world.path(of: app) + "/collaborators" }

    private static func body(_ ids: [String]) -> String {
        #"{"collaboratorUserIds":["# + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
    }

    @Test("the creator chooses from the members, and the chosen one gets in")
    func theCreatorChooses() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let members = try await world.send(.get, Self.path(world, app), as: .member)
        let names = members.json?["members"]?.array?.compactMap { $0["displayName"]?.string }
        #expect(Set(names ?? []) == ["The owner", "The admin", "The member", "The colleague"])
        #expect(members.headers[.cacheControl] == "no-store")

        #expect(try await world.send(.get, world.path(of: app), as: .colleague).status == .notFound)
        let colleague = try #require(world.users[.colleague]?.id.rawValue)
        let answer = try await world.send(.patch, Self.path(world, app), as: .member, json: Self.body([colleague]))
        #expect(answer.text == #"{"collaboratorUserIds":["\#(colleague)"]}"#)
        #expect(try await world.send(.get, world.path(of: app), as: .colleague).status == .ok)

        // A collaborator works on the app and does not decide who else does.
        let refused = try await world.send(.patch, Self.path(world, app), as: .colleague, json: Self.body([]))
        #expect(refused.status == .forbidden)
        #expect(refused.code == "forbidden")
        _ = try await world.send(.patch, Self.path(world, app), as: .admin, json: Self.body([]))
        #expect(try await world.send(.get, world.path(of: app), as: .colleague).status == .notFound)
    }

    @Test("doubles, the creator, strangers and nonsense are left away")
    func onlyMembersAreKept() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let id = { (person: World.Person) in world.users[person]?.id.rawValue ?? "" }
        let wanted = [" \(id(.admin)) ", id(.admin), id(.member), id(.stranger), "", "{$ne:1}", id(.colleague)]
        let answer = try await world.send(.patch, Self.path(world, app), as: .member, json: Self.body(wanted))
        let kept = answer.json?["collaboratorUserIds"]?.array?.compactMap(\.string)
        #expect(kept == [id(.admin), id(.colleague)])
    }

    @Test(
        "a body that is no list of ids changes nothing",
        arguments: ["{}", "[]", #"{"collaboratorUserIds":"x"}"#, #"{"collaboratorUserIds":[1]}"#, "{"]
    )
    func aBodyThatIsNoListChangesNothing(body: String) async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let colleague = try #require(world.users[.colleague]?.id.rawValue)
        _ = try await world.send(.patch, Self.path(world, app), as: .member, json: Self.body([colleague]))
        let answer = try await world.send(.patch, Self.path(world, app), as: .member, json: body)
        #expect(answer.status == .badRequest)
        #expect(answer.code == "invalid_body")
        #expect(try await world.send(.get, world.path(of: app), as: .colleague).status == .ok)
    }

    @Test("five hundred ids are a list, one more is not", arguments: [(500, true), (501, false)])
    func theListIsBounded(count: Int, isTaken: Bool) async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let ids = Array(repeating: "aaaaaaaaaaaaaaaaaaaaaaaa", count: count)
        let answer = try await world.send(.patch, Self.path(world, app), as: .member, json: Self.body(ids))
        #expect((answer.status == .ok) == isTaken)
    }
}
