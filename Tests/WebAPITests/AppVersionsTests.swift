import Application
import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing
import WebAPI

@Suite("Versions of an app")
struct AppVersionsTests {
    @Test("versions are listed, named, compared and restored")
    func versionsAreListedNamedComparedRestored() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let old = try await world.save(["a.txt": "1\n2\n3\n", "b.txt": "same"], to: app, summary: "First")
        let new = try await world.save(["a.txt": "1\ntwo\n3\n", "b.txt": "same", "c.txt": "c"], to: app)
        let versions = world.path(of: app) + "/versions"
        let list = try #require(try await world.send(.get, versions + "?limit=1", as: .member).json)
        #expect(list["items"]?.array?.first?["number"]?.integer == 2)
        #expect(list["items"]?.array?.first?["isDraft"]?.bool == true)
        #expect(list["nextCursor"]?.string == "2")
        let named = try await world.send(
            .patch,
            versions + "/\(old.id)",
            as: .member,
            json: #"{"name":" First  cut "}"#
        )
        #expect(named.json?["name"]?.string == "First cut")
        let diff = try #require(try await world.send(.get, versions + "/\(new.id)/diff", as: .member).json)
        let files = try #require(diff["files"]?.array)
        #expect(files.compactMap { $0["path"]?.string } == ["a.txt", "c.txt"])
        #expect(
            files.first?["hunks"]?.array?.first?["lines"]?.array?.compactMap(\.string) == [" 1", "-2", "+two", " 3"]
        )
        #expect(
            try await world.send(.get, versions + "/\(new.id)/diff?against=x", as: .member).code == "version_not_found"
        )

        let restored = try await world.send(.post, versions + "/\(old.id)/restore", as: .member, json: "{}")
        #expect(restored.json?["number"]?.integer == 3)
        #expect(restored.json?["restoredFromId"]?.string == old.id.rawValue)
        #expect(world.worker.state.withLock { $0.files[app.id]?.count } == 2)
        let state = try await world.send(.get, world.path(of: app) + "/state", as: .member)
        #expect(state.json?["draft"]?["number"]?.integer == 3)
        world.worker.state.withLock { $0.refusal = .busy }
        let busy = try await world.send(.post, versions + "/\(old.id)/restore", as: .member, json: "{}")
        #expect(busy.status == .conflict)
        #expect(busy.code == "run_already_streaming")
    }
}
