import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing
import WebAPI

/// What a member sees of an app that is published to the workspace and that they do not work on (spec 02 §1, §3.1, B15, B22).
@Suite("Published apps and those who only use them")
struct PublishedAppTests {
    private struct Published: Sendable {
        var world: World
        var app: App
        var run: Run
        var path: String
    }

    /// An app with an older published version and a newer draft.
    private static func published() async throws -> Published {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let first = try await world.save(["dist/index.html": "<p>one</p>", "src/App.tsx": "secret one"], to: app)
        let pointer = App.Pointer(first, at: world.clock.wallClock.now)
        // Publishing is not built yet; this is what it leaves behind.
        let change = Update([try .assign("published", pointer), .set("visibility", "workspace")])
        _ = try await world.store.update(where: .app(first.appScope), sort: [], apply: change, in: Collections.apps)
        try await world.save(["dist/index.html": "<p>two</p>", "src/App.tsx": "secret two"], to: app)
        return Published(world: world, app: app, run: run, path: world.path(of: app))
    }

    @Test("the list and the app itself show the public half")
    func theListAndTheAppShowThePublicHalf() async throws {
        let shown = try await Self.published()
        let list = try await shown.world.send(.get, "/api/workspaces/acme/apps", as: .colleague)
        let single = try await shown.world.send(.get, shown.path, as: .colleague)
        for app in [list.json?["items"]?.array?.first, single.json] {
            #expect(app?["name"]?.string == "Tracker")
            #expect(app?["createdByUserId"] == .null)
            #expect(app?["publishStatus"]?.string == "published")
            #expect(app?["teamIds"] == [])
            #expect(app?["collaboratorUserIds"] == [])
        }
        let inside = try await shown.world.send(.get, shown.path, as: .member)
        #expect(inside.json?["createdByUserId"]?.string == shown.app.createdByUserID.rawValue)
        #expect(inside.json?["publishStatus"]?.string == "draft")
    }

    @Test("the state tells nothing of the draft")
    func theStateTellsNothingOfTheDraft() async throws {
        let shown = try await Self.published()
        let state = try await shown.world.send(.get, shown.path + "/state", as: .colleague)
        #expect(state.status == .ok)
        let draft = try #require(
            try await AppRepository(store: shown.world.store).find(
                AppScope(workspaceID: shown.app.workspaceID, appID: shown.app.id)
            )?.draft
        )
        for word in [draft.revisionID.rawValue, draft.hash.rawValue, shown.run.id.rawValue] {
            #expect(!state.text.contains(word), "\(word)")
        }
        let inside = try await shown.world.send(.get, shown.path + "/state", as: .member)
        #expect(inside.text.contains(draft.hash.rawValue), "which the others are told")
    }

    @Test(
        "of the files only the published artifact is there, whatever is asked for",
        arguments: ["draft", "published"]
    )
    func onlyThePublishedArtifactIsThere(version: String) async throws {
        let shown = try await Self.published()
        let files = shown.path + "/files"
        let list = try await shown.world.send(.get, files + "?version=\(version)", as: .colleague)
        #expect(AppFilesTests.paths(list) == ["dist/index.html"])
        #expect(list.json?["version"]?.string == "published")
        let content = files + "/content?version=\(version)&path="
        let page = try await shown.world.send(.get, content + "dist/index.html", as: .colleague)
        #expect(page.text == "<p>one</p>")
        let source = try await shown.world.send(.get, content + "src/App.tsx", as: .colleague)
        #expect(source.code == "file_not_found")
    }

    @Test("a preview is of the published version, also when the draft is asked for")
    func aPreviewIsOfThePublishedVersion() async throws {
        let shown = try await Self.published()
        for version in ["published", "draft"] {
            let answer = try await shown.world.send(.get, shown.path + "/preview?version=\(version)", as: .colleague)
            let url = try #require(answer.json?["url"]?.string, "\(version): \(answer.text)")
            #expect(try await shown.world.send(.get, url).text.hasSuffix("<p>one</p>"), "\(version)")
        }
        let inside = try await shown.world.send(.get, shown.path + "/preview?version=draft", as: .member)
        let url = try #require(inside.json?["url"]?.string)
        #expect(try await shown.world.send(.get, url).text.hasSuffix("<p>two</p>"))
    }

    @Test("changes are forbidden, and conversations do not exist")
    func changesAreForbidden() async throws {
        let shown = try await Self.published()
        let run = shown.path + "/runs/\(shown.run.id)"
        for (method, path, body) in [
            (HTTPRequest.Method.patch, shown.path, #"{"name":"Mine"}"#), (.delete, shown.path, "{}"),
            (.patch, shown.path + "/settings", #"{"runtimeId":"claude-code","runtimeModel":"claude-opus-4-8"}"#),
            (.patch, shown.path + "/collaborators", #"{"collaboratorUserIds":[]}"#),
            (.get, shown.path + "/collaborators", ""), (.get, shown.path + "/versions", ""),
            (.post, shown.path + "/runs", "{}"), (.post, run + "/chat", #"{"messages":[]}"#),
        ] {
            let answer = try await shown.world.send(method, path, as: .colleague, json: body)
            #expect(answer.status == .forbidden, "\(method) \(path): \(answer.text)")
        }
        for (method, path) in [
            (HTTPRequest.Method.get, shown.path + "/runs"), (.get, run + "/chat"), (.get, run + "/chat/stream"),
            (.post, run + "/chat/stop"), (.get, run + "/events"),
        ] {
            let answer = try await shown.world.send(method, path, as: .colleague)
            #expect(answer.status == .notFound, "\(method) \(path): \(answer.text)")
        }
        #expect(try await shown.world.send(.get, shown.path, as: .member).json?["name"]?.string == "Tracker")
    }
}
