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
}
