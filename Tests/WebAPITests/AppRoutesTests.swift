import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing
import WebAPI

@Suite("Apps")
struct AppRoutesTests {
    static let apps = "/api/workspaces/acme/apps"
    static let runtime = #""runtimeId":"claude-code","runtimeModel":"claude-opus-4-8","runtimeParams":{}"#

    struct Creation: Sendable {
        var body: String
        var status: HTTPResponse.Status
        var code: String?
    }

    @Test(
        "making an app",
        arguments: [
            Creation(body: #"{"appName":"Ab",\#(runtime)}"#, status: .created),
            Creation(body: #"{"appName":" A ",\#(runtime)}"#, status: .badRequest, code: "invalid_app_name"),
            Creation(
                body: #"{"appName":"\#(String(repeating: "a", count: 80))",\#(runtime)}"#,
                status: .created
            ),
            Creation(
                body: #"{"appName":"\#(String(repeating: "a", count: 81))",\#(runtime)}"#,
                status: .badRequest,
                code: "invalid_app_name"
            ),
            Creation(body: #"{"appName":"Ab"}"#, status: .badRequest, code: "invalid_runtime_settings"),
            Creation(
                body: #"{"appName":"Ab","runtimeId":"nope","runtimeModel":"x"}"#,
                status: .badRequest,
                code: "invalid_runtime_settings"
            ),
            Creation(
                body: #"{"appName":"Ab",\#(runtime),"selectedAgentId":"x"}"#,
                status: .notFound,
                code: "agent_not_found"
            ),
            Creation(
                body: #"{"appName":"Ab",\#(runtime),"selectedSkillIds":["x"]}"#,
                status: .notFound,
                code: "skill_not_found"
            ),
            Creation(body: "{", status: .badRequest, code: "invalid_form"),
        ]
    )
    func makingAnApp(_ example: Creation) async throws {
        let world = try await World.make()
        let response = try await world.send(.post, Self.apps, as: .member, json: example.body)
        #expect(response.status == example.status)
        #expect(response.code == example.code)
        let count = try await world.send(.get, Self.apps, as: .owner).json?["items"]?.array?.count
        #expect(count == (example.code == nil ? 1 : 0))
    }

    @Test("a form makes an app with a first run and files, and goes back to the workspace")
    func aFormMakesAnAppWithFiles() async throws {
        let world = try await World.make()
        var text = ""
        for (name, value) in [
            ("appName", "Tracker"), ("prompt", "Track leads"), ("createInitialRun", "true"),
            ("attachmentIds", #"["one"]"#),
        ] {
            text += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        text += "--b\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"../../a b.csv\"\r\n"
        text += "Content-Type: text/csv\r\n\r\n\r\n--b--\r\n"
        let response = try await world.send(
            .post,
            Self.apps,
            as: .member,
            headers: [.contentType: "multipart/form-data; boundary=b"],
            body: ByteBuffer(string: text)
        )
        #expect(response.status == .seeOther)
        #expect(response.headers[.location] == "/w/acme")
        let item = try #require(try await world.send(.get, Self.apps, as: .member).json?["items"]?.array?.first)
        let appID = try #require(item["id"]?.string.flatMap(App.ID.init(_:)))
        let runs = try await world.send(.get, Self.apps + "/\(appID)/runs", as: .member)
        let runID = try #require(runs.json?["items"]?.array?.first?["id"]?.string)
        let chat = try await world.send(.get, Self.apps + "/\(appID)/runs/\(runID)/chat", as: .member)
        #expect(chat.json?["attachments"]?.array?.first?["path"]?.string == "attachments/one-a-b.csv")
        #expect(chat.headers[.cacheControl] == "no-store")
        #expect(world.worker.state.withLock { $0.attachments[appID]?.count } == 1)
    }

    @Test("an app whose files cannot be kept is taken back")
    func anAppWhoseFilesCannotBeKept() async throws {
        let world = try await World.make()
        world.worker.state.withLock { $0.refusal = .unreachable }
        let text = """
            --b\r\nContent-Disposition: form-data; name="appName"\r\n\r\nTracker\r\n\
            --b\r\nContent-Disposition: form-data; name="createInitialRun"\r\n\r\n1\r\n\
            --b\r\nContent-Disposition: form-data; name="attachmentIds"\r\n\r\n["a"]\r\n\
            --b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx\r\n--b--
            """
        let response = try await world.send(
            .post,
            Self.apps,
            as: .member,
            headers: [.contentType: "multipart/form-data; boundary=b", .accept: "application/json"],
            body: ByteBuffer(string: text)
        )
        #expect(response.status == .badGateway)
        #expect(response.code == "worker_unavailable")
        #expect(try await world.send(.get, Self.apps, as: .owner).json?["items"]?.array?.isEmpty == true)
    }

    @Test("the list has pages, and its cursor ends")
    func theListHasPages() async throws {
        let world = try await World.make()
        for number in 1...5 {
            world.clock.advance(by: .seconds(1))
            _ = try await world.makeApp("App \(number)", by: number == 3 ? .colleague : .member)
        }
        var names: [String] = []
        var cursor: String?
        repeat {
            let query = "?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")
            let page = try #require(try await world.send(.get, Self.apps + query, as: .member).json)
            names += page["items"]?.array?.compactMap { $0["name"]?.string } ?? []
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        #expect(names == ["App 5", "App 4", "App 2", "App 1"])
        let bad = try await world.send(.get, Self.apps + "?cursor=x", as: .member)
        #expect(bad.code == "invalid_cursor")
    }

    @Test("names are unique, and a rename may gain a number")
    func namesAreUnique() async throws {
        let world = try await World.make()
        let one = try await world.makeApp("Tracker").app
        let two = try await world.makeApp("tracker").app
        #expect(two.name == "tracker (1)")
        let renamed = try await world.send(.patch, world.path(of: two), as: .member, json: #"{"name":" Tracker "}"#)
        #expect(renamed.json?["name"]?.string == "Tracker (1)")
        for body in [#"{"name":""}"#, #"{"name":3}"#, "{}", #"{"name":"\#(String(repeating: "n", count: 81))"}"#] {
            let refused = try await world.send(.patch, world.path(of: one), as: .member, json: body)
            #expect(refused.code == "invalid_name")
        }
        let byAdmin = try await world.send(.patch, world.path(of: one), as: .admin, json: #"{"name":"Mine now"}"#)
        #expect(byAdmin.status == .ok)
    }

    @Test("draft files are what lies in the workspace, with the saved artifact, deletions included")
    func draftFilesAreWhatLiesInTheWorkspace() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let files = world.path(of: app) + "/files"
        #expect(try await world.send(.get, files + "?version=draft", as: .member).json?["files"] == .null)
        try await world.save(["src/App.tsx": "old", "src/gone.ts": "x", "dist/index.html": "<p>"], to: app)
        let saved = try await world.send(.get, files + "?version=draft", as: .member)
        #expect(Self.paths(saved) == ["dist/index.html", "src/App.tsx", "src/gone.ts"])
        let live = try #require(SourcePath("src/App.tsx"))
        let liveArtifact = try #require(SourcePath("dist/index.html"))
        world.worker.set(
            [SourceFile(path: live, bytes: Data("new".utf8)), SourceFile(path: liveArtifact, bytes: Data("<b>".utf8))],
            of: app.id
        )
        let overlaid = try await world.send(.get, files + "?version=draft", as: .member)
        #expect(Self.paths(overlaid) == ["dist/index.html", "src/App.tsx"])
        #expect(overlaid.json?["version"]?.string == "draft")
        let content = files + "/content?version=draft&path="
        #expect(try await world.send(.get, content + "src/App.tsx", as: .member).text == "new")
        #expect(try await world.send(.get, content + "dist/index.html", as: .member).text == "<p>")
        for path in ["src/gone.ts", "../secret", "/etc/passwd", "src//App.tsx", "src%5CApp.tsx", "", "%00"] {
            let response = try await world.send(.get, content + path, as: .member)
            #expect(response.code == "file_not_found", "\(path)")
        }
        let first = try await world.send(.get, content + "src/App.tsx", as: .member)
        #expect(first.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(first.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
        let etag = try #require(first.headers[.eTag])
        let unchanged = try await world.send(
            .get,
            content + "src/App.tsx",
            as: .member,
            headers: [.ifNoneMatch: etag]
        )
        #expect(unchanged.status == .notModified)
        world.worker.state.withLock { $0.refusal = .unreachable }
        #expect(Self.paths(try await world.send(.get, files + "?version=draft", as: .member)).count == 3)
    }

    static func paths(_ response: TestResponse) -> [String] {
        response.json?["files"]?.array?.compactMap { $0["path"]?.string } ?? []
    }

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

    @Test("runtime settings of an app are normalised, nonsense is refused")
    func runtimeSettingsAreNormalised() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let path = world.path(of: app) + "/settings"
        #expect(try await world.send(.patch, path, as: .member, json: "{\(Self.runtime)}").status == .ok)
        #expect(try await world.send(.patch, path, as: .member, json: "[]").code == "invalid_body")
        #expect(try await world.send(.patch, path, as: .member, json: "{}").code == "invalid_runtime_settings")
    }

    @Test("switches of the workspace are changed by managers, booleans only")
    func switchesAreChangedByManagers() async throws {
        let world = try await World.make()
        let path = "/api/workspaces/acme/runtime-settings"
        for body in ["{}", "[]", #"{"allowIframeScripts":"no"}"#, #"{"allowIframeScripts":1}"#, #"{"other":true}"#] {
            let response = try await world.send(.patch, path, as: .admin, json: body)
            #expect(response.code == "invalid_app_runtime_settings", "\(body)")
        }
        let changed = try await world.send(.patch, path, as: .admin, json: #"{"allowIframeScripts":false,"x":1}"#)
        #expect(changed.json?["settings"]?["allowIframeScripts"]?.bool == false)
        let seen = try await world.send(.get, path, as: .member)
        #expect(seen.json?["canManage"]?.bool == false)
        #expect(seen.json?["settings"]?["allowIframeScripts"]?.bool == false)
        #expect(seen.json?["settings"]?["allowIframeClipboard"]?.bool == true)
    }

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
        let statuses = Self.apps + "/status"
        let before = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .member)
        #expect(before.json?["apps"]?.array?.first?["needsDecision"]?.bool == false)
        #expect(try await world.send(.get, statuses, as: .member).json?["needsDecision"]?.object?.isEmpty == true)

        let runs = RunRepository(store: world.store)
        let lease = StreamLease(id: "l", startedAt: world.clock.wallClock.now)
        let scope = RunScope(workspaceID: app.workspaceID, appID: app.id, runID: run.id)
        let time = world.clock.wallClock.now
        let claimed = try await runs.claim(
            scope,
            as: run,
            lease: lease,
            writing: [],
            attachments: [],
            isRerun: false,
            at: time
        )
        #expect(claimed != nil)
        _ = try await runs.complete(scope, lease: lease, messages: [], awaitsDecision: true, at: time)
        let after = try await world.send(.get, "/api/workspaces/acme/sidebar", as: .member)
        #expect(after.json?["apps"]?.array?.first?["needsDecision"]?.bool == true)
        let marks = try await world.send(.get, statuses, as: .member).json?["needsDecision"]?.object
        #expect(marks == [app.id.rawValue: true])
    }
}
