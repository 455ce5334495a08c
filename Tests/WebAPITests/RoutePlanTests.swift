import Application
import Documents
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestShapes
import Testing
import WebAPI
import WebGate

/// No route reads a whole collection, on either engine (architecture §4).
///
/// Every world's store looks at the plans of what it is asked, so each test of this target and of the use cases is one of
/// plans too. Here the walk is complete: every route answers well once.
@Suite struct RoutePlanTests {
    @Test func theLookAtPlansSeesWhatIsWrong() async throws {
        let complaints = Mutex<[String]>([])
        let store = try TestShape.store { complaint in complaints.withLock { $0.append(complaint) } }
        try await store.prepare(Collections.all)
        _ = try await store.find(Query(.text("workspaceId", "w") && .text("appId", "a")), in: Collections.revisions)
        #expect(complaints.withLock { $0 } == [])
        _ = try await store.find(Query(.text("nobodyIndexesThis", "x")), in: Collections.apps)
        _ = try await store.count(where: .text("norThis", "x"), in: Collections.runs)
        let sorted = Query(.text("workspaceId", "w"), sort: [.ascending("nobodyIndexesThis")], limit: 20)
        _ = try await store.find(sorted, in: Collections.apps)
        let told = complaints.withLock { $0 }
        #expect(told.count == 3, "\(told)")
        #expect(told.last?.contains("is sorted after reading") == true)
    }

    @Test func everyRouteAnswersFromIndexes() async throws {
        let answered = Mutex<Set<String>>([])
        let world = try await World.make(observe: { observation in
            guard case .answered(let method, let route, let status, _) = observation, status < 400 else { return }
            answered.withLock { _ = $0.insert("\(method) \(route)") }
        })
        try await Self.onboard(world)
        let app = try await Self.work(on: world)
        try await Self.converse(world, app)
        _ = try await world.send(.delete, world.path(of: app), as: .member)
        try await world.product.apps.removal.finish()
        _ = try await world.send(.post, "/api/auth/logout?everywhere=1", as: .colleague)

        // Streams stay open; their tests read them over a connection, through stores that look at plans as well.
        let streams = [RouteTable.events, RouteTable.runEvents, RouteTable.sendChat]
        let missing = RouteTable.all.filter { !streams.contains($0) }
            .map { "\($0.method) \(RouterPath($0.path))" }
            .filter { route in answered.withLock { !$0.contains(route) } }
        #expect(missing == [], "no good answer from these; there were \(answered.withLock { $0.sorted() })")
    }

    // MARK: - The walk

    private static func get(_ world: World, _ paths: String..., as person: World.Person = .member) async throws {
        for path in paths {
            let answer = try await world.send(.get, path, as: person)
            #expect(answer.status.code < 400, "\(path): \(answer.status) \(answer.text.prefix(200))")
        }
    }

    private static func change(
        _ world: World,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String,
        as person: World.Person = .member
    ) async throws -> TestResponse {
        let answer = try await world.send(method, path, as: person, json: body)
        #expect(answer.status.code < 400, "\(path): \(answer.status) \(answer.text.prefix(200))")
        return answer
    }

    private static func onboard(_ world: World) async throws {
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let identity = try await world.send(
            .post,
            "/api/onboarding/identity",
            headers: form,
            body: ByteBuffer(string: "displayName=Ada+L&email=Ada%40Lovelace.test&profileRole=")
        )
        var own = form
        own[.cookie] = String(try #require(identity.cookie("second_no_auth_session")).prefix { $0 != ";" })
        let made = try await world.send(
            .post,
            "/api/onboarding/workspace",
            headers: own,
            body: ByteBuffer(string: "workspaceName=Engines")
        )
        #expect(made.status == .seeOther)
        own[.contentType] = "application/json"
        for (path, body) in [("/api/onboarding/step", #"{"step":"provider"}"#), ("/api/onboarding/complete", "")] {
            let answer = try await world.send(.post, path, headers: own, body: ByteBuffer(string: body))
            #expect(answer.status.code < 400, "\(path): \(answer.text)")
        }
        try await Self.get(
            world,
            "/api/health",
            "/api/ready",
            "/api/openapi.json",
            "/api/me",
            "/api/me/preferences",
            "/api/onboarding/context",
            "/api/setup/detect-provider"
        )
        _ = try await Self.change(world, .post, "/api/onboarding/context", #"{"companyContext":"E"}"#, as: .admin)
        _ = try await Self.change(world, .patch, "/api/me/preferences", #"{"themeMode":"dark"}"#)
        _ = try await Self.change(world, .post, "/api/workspaces", #"{"workspaceName":"Third","name":"Third"}"#)
        _ = try await Self.change(world, .patch, "/api/workspaces/acme", #"{"name":"Acme & Co"}"#, as: .owner)
        _ = try await Self.change(
            world,
            .patch,
            "/api/workspaces/acme/runtime-settings",
            #"{"allowIframeScripts":true}"#,
            as: .admin
        )
    }

    private static func work(on world: World) async throws -> App {
        let apps = "/api/workspaces/acme/apps"
        let body = """
            {"appName":"Made","prompt":"Track","runtimeId":"claude-code","runtimeModel":"claude-opus-4-8",
             "runtimeParams":{},"createInitialRun":true}
            """
        _ = try await Self.change(world, .post, apps, body)
        for number in 0..<3 { _ = try await world.makeApp("App \(number)") }
        let app = try await world.makeApp("The one").app
        let old = try await world.save(["index.html": "<p>", "dist/index.html": "<p>"], to: app)
        let new = try await world.save(["index.html": "<b>", "dist/index.html": "<b>"], to: app)
        let path = world.path(of: app)
        try await Self.get(
            world,
            apps,
            apps + "?limit=1",
            apps + "/status",
            "/api/workspaces/acme/sidebar",
            "/api/workspaces/acme/runtime-settings",
            path,
            path + "/state",
            path + "/files?version=draft",
            path + "/files/content?version=draft&path=index.html",
            path + "/versions?limit=1",
            path + "/versions/\(new.id)",
            path + "/versions/\(new.id)/diff",
            path + "/collaborators"
        )
        let cursor = try #require(
            try await world.send(.get, apps + "?limit=1", as: .member).json?["nextCursor"]?.string
        )
        try await Self.get(world, apps + "?limit=2&cursor=\(cursor)", path + "/versions?limit=1&cursor=2")
        _ = try await Self.change(world, .patch, path + "/versions/\(old.id)", #"{"name":"First"}"#)
        _ = try await Self.change(world, .post, path + "/versions/\(old.id)/restore", "{}")
        _ = try await Self.change(world, .patch, path, #"{"name":"Another"}"#)
        let settings = #"{"runtimeId":"claude-code","runtimeModel":"claude-opus-4-8","runtimeParams":{}}"#
        _ = try await Self.change(world, .patch, path + "/settings", settings)
        let colleague = try #require(world.users[.colleague]).id
        _ = try await Self.change(world, .patch, path + "/collaborators", #"{"collaboratorUserIds":["\#(colleague)"]}"#)
        let preview = try await world.send(.get, path + "/preview?version=draft", as: .member)
        let url = try #require(preview.json?["url"]?.string)
        let files = try await world.send(.get, url + "index.html")
        #expect(files.status == .ok, "\(url)")
        _ = try await world.send(.get, String(url.dropLast()))
        return app
    }

    private static func converse(_ world: World, _ app: App) async throws {
        let path = world.path(of: app)
        let made = try await Self.change(world, .post, path + "/runs", "{}")
        let run = path + "/runs/" + (try #require(made.json?["id"]?.string))
        try await Self.get(world, path + "/runs", run + "/chat", run + "/chat/stream")
        _ = try await Self.change(world, .post, run + "/chat/stop", "{}")
        let upload = """
            --b\r\nContent-Disposition: form-data; name="attachmentIds"\r\n\r\n["a"]\r\n\
            --b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nx\r\n--b--
            """
        let kept = try await world.send(
            .post,
            path + "/attachments",
            as: .member,
            headers: [.contentType: "multipart/form-data; boundary=b"],
            body: ByteBuffer(string: upload)
        )
        #expect(kept.status.code < 400, "\(kept.text)")
        try await world.product.runs.failStaleRuns()
        try await world.product.runs.recoverAtStart { _ in false }
    }
}
