import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import SQLiteDocuments
import Testing
import WebAPI
import WebGate

@Suite("What other websites and rude clients try")
struct AttackTests {
    @Test("a page of another origin changes nothing")
    func aPageOfAnotherOriginChangesNothing() async throws {
        let world = try await World.make()
        let response = try await world.send(
            .post,
            "/api/onboarding/identity",
            as: .member,
            headers: [.contentType: "application/x-www-form-urlencoded", .origin: "https://evil.test"],
            body: ByteBuffer(string: "displayName=Evil")
        )
        #expect(response.status == .forbidden)
        #expect(response.code == "cross_origin_blocked")
        #expect(response.headers[.setCookie] == nil)
        let me = try await world.send(.get, "/api/me", as: .member)
        #expect(me.json?["user"]?["displayName"]?.string == "The member")
        let framed = try await world.send(
            .delete,
            "/api/workspaces/acme/apps/aaaaaaaaaaaaaaaaaaaaaaaa",
            as: .member,
            headers: [.origin: "null"]
        )
        #expect(framed.code == "cross_origin_blocked")
    }

    @Test("header injection in names ends nowhere")
    func headerInjectionEndsNowhere() async throws {
        let world = try await World.make()
        let name = #"A\r\nSet-Cookie: x=y <script>alert(1)</script>"#
        let made = try await world.send(.post, "/api/workspaces", as: .member, json: #"{"workspaceName":"\#(name)"}"#)
        #expect(made.status == .seeOther)
        #expect(made.headers[.location] == "/w/a-set-cookie-x-y-script-alert-1-script")
        let me = try await world.send(.get, "/api/me", as: .member)
        #expect(!me.text.contains("<script>"))
        let id = try await world.send(.get, "/api/health", headers: [.own("x-request-id"): "a b<>"])
        #expect(id.headers[.own("x-second-request-id")] != "a b<>")
        let kept = try await world.send(.get, "/api/health", headers: [.own("x-request-id"): "abc-1"])
        #expect(kept.headers[.own("x-second-request-id")] == "abc-1")
    }

    @Test("bodies over the limit are refused, at the edge they are not")
    func bodiesOverTheLimit() async throws {
        let world = try await World.make()
        let overhead = #"{"x":""}"#.utf8.count
        let fits = #"{"x":"\#(String(repeating: "a", count: 65_536 - overhead))"}"#
        let response = try await world.send(.patch, "/api/me/preferences", as: .member, json: fits)
        #expect(response.code == "empty_preferences")
        let over = try await world.send(.patch, "/api/me/preferences", as: .member, json: fits + " ")
        #expect(over.status == .contentTooLarge)
        #expect(over.code == "body_too_large")
    }

    @Test(
        "malformed JSON is the caller's mistake on every route",
        arguments: ["{", "nul", "[1]", "\"x\"", "", "\u{0}"]
    )
    func malformedJSON(body: String) async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let path = world.path(of: app)
        for (method, target) in [
            (HTTPRequest.Method.patch, path), (.patch, path + "/settings"), (.post, path + "/runs/\(run.id)/chat"),
            (.patch, "/api/workspaces/acme"), (.patch, "/api/workspaces/acme/runtime-settings"),
            (.post, "/api/onboarding/step"), (.post, "/api/onboarding/context"), (.patch, "/api/me/preferences"),
            (.post, "/api/workspaces/acme/apps"),
        ] {
            let response = try await world.send(method, target, as: .owner, json: body)
            #expect(response.status == .badRequest, "\(method) \(target)")
        }
    }

    @Test("deep and odd JSON is refused, not a crash")
    func deepJSON() async throws {
        let world = try await World.make()
        let deep = String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000)
        let response = try await world.send(.patch, "/api/me/preferences", as: .member, json: deep)
        #expect(response.status == .badRequest)
    }

    @Test("unknown addresses need a session too, and are plain 404s with one")
    func unknownAddresses() async throws {
        let world = try await World.make()
        #expect(try await world.send(.get, "/api/nothing").status == .unauthorized)
        #expect(try await world.send(.get, "/api/nothing", as: .member).code == "not_found")
        #expect(try await world.send(.put, "/api/me", as: .member).code == "not_found")
        #expect(try await world.send(.get, "//api//me").status == .unauthorized)
        #expect(try await world.send(.get, "/nothing").status == .notFound)
    }

    @Test("a fault is logged once and told to nobody")
    func aFaultIsLoggedOnceAndToldToNobody() async throws {
        let world = try await World.make()
        let (app, _) = try await world.makeApp()
        let revision = try await world.save(["a.txt": "x"], to: app)
        // A blob that is gone breaks the restore.
        _ = try await world.store.delete(where: .text("workspaceId", World.workspace), in: Collections.blobs)
        let path = world.path(of: app) + "/versions/\(revision.id)/restore"
        let response = try await world.send(.post, path, as: .member, json: "{}")
        #expect(response.status == .internalServerError)
        #expect(response.code == "internal_error")
        #expect(!response.text.contains("blob"))
        let errors = world.logs.all.filter { $0.level == .error }
        #expect(errors.count == 1)
        #expect(errors.first?.message == "Request failed")
    }
}
