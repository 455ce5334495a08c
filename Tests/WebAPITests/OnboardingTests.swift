import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import Identity
import NIOCore
import Testing
import WebAPI
import WebGate

@Suite("Onboarding and account")
struct OnboardingTests {
    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("from nobody to a first workspace, by plain forms")
    func fromNobodyToAFirstWorkspace() async throws {
        let world = try await World.make()
        let identity = try await world.send(
            .post,
            "/api/onboarding/identity",
            headers: Self.form,
            body: ByteBuffer(string: "displayName=Ada+L&email=Ada%40Lovelace.test&profileRole=")
        )
        #expect(identity.status == .seeOther)
        #expect(identity.headers[.location] == "/onboarding/workspace")
        let session = try #require(identity.cookie("second_no_auth_session"))
        for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"] {
            #expect(session.contains(attribute))
        }
        #expect(!session.contains("Secure"))
        #expect(identity.cookie("second_workspace_id")?.contains("Max-Age=0") == true)

        var headers = Self.form
        headers[.cookie] = String(session.prefix { $0 != ";" })
        let made = try await world.send(
            .post,
            "/api/onboarding/workspace",
            headers: headers,
            body: ByteBuffer(string: "workspaceName=Engines")
        )
        #expect(made.status == .seeOther)
        #expect(made.headers[.location] == "/onboarding/loader")
        #expect(made.cookie("second_workspace_id")?.hasPrefix("second_workspace_id=engines;") == true)
        let again = try await world.send(
            .post,
            "/api/onboarding/workspace",
            headers: headers,
            body: ByteBuffer(string: "workspaceName=Second+One")
        )
        #expect(again.headers[.location] == "/onboarding/loader")
        let me = try await world.send(.get, "/api/me", headers: headers)
        #expect(me.json?["memberships"]?.array?.count == 1)
        #expect(me.json?["user"]?["email"]?.string == "Ada@Lovelace.test")
    }

    @Test("two simultaneous first workspaces are one")
    func twoSimultaneousFirstWorkspacesAreOne() async throws {
        let world = try await World.make()
        let users = UserRepository(store: world.store)
        let now = world.clock.wallClock.now
        let user = try await users.insert(
            User(id: IdentifierSource.live.make(), email: "n@n.test", displayName: "New", createdAt: now)
        )
        let cookie = "second_no_auth_session=" + world.sessions.issue(to: user.id, epoch: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let response = try await world.send(
                        .post,
                        "/api/onboarding/workspace",
                        headers: [.contentType: "application/json", .cookie: cookie],
                        body: ByteBuffer(string: #"{"workspaceName":"Race"}"#)
                    )
                    #expect(response.status == .seeOther)
                }
            }
            try await group.waitForAll()
        }
        let workspaces = WorkspaceRepository(store: world.store, identifiers: .live)
        #expect(try await workspaces.memberships(of: user.id).count == 1)
    }

    struct Identity: Sendable {
        var body: String
        var type = "application/json"
        var status: HTTPResponse.Status
        var code: String?
    }

    @Test(
        "the identity form says what is wrong",
        arguments: [
            Identity(body: #"{"displayName":"Ad"}"#, status: .ok),
            Identity(body: #"{"displayName":" A "}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: #"{"displayName":"\#(String(repeating: "a", count: 80))"}"#, status: .ok),
            Identity(
                body: #"{"displayName":"\#(String(repeating: "a", count: 81))"}"#,
                status: .badRequest,
                code: "invalid_identity"
            ),
            Identity(body: #"{"displayName":"Ada","email":""}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: #"{"displayName":"Ada","email":"a@b"}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: #"{"displayName":"Ada","email":"a@b@c.d"}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: #"{"displayName":"Ada","email":"a@.cd"}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: #"{"displayName":"Ada","profileRole":"x"}"#, status: .badRequest, code: "invalid_identity"),
            Identity(body: "[]", status: .badRequest, code: "invalid_form"),
            Identity(body: "{", status: .badRequest, code: "invalid_form"),
            Identity(body: "displayName=Ada", type: "text/plain", status: .badRequest, code: "invalid_form"),
            Identity(
                body: "displayName=%",
                type: "application/x-www-form-urlencoded",
                status: .badRequest,
                code: "invalid_form"
            ),
            Identity(body: "x", type: "multipart/form-data", status: .badRequest, code: "invalid_form"),
            Identity(body: "x", type: "multipart/form-data; boundary=a", status: .badRequest, code: "invalid_form"),
            Identity(body: String(repeating: "x", count: 65_537), status: .contentTooLarge, code: "body_too_large"),
        ]
    )
    func theIdentityFormSaysWhatIsWrong(_ example: Identity) async throws {
        let world = try await World.make()
        let response = try await world.send(
            .post,
            "/api/onboarding/identity",
            headers: [.contentType: example.type, .accept: "application/json"],
            body: ByteBuffer(string: example.body)
        )
        #expect(response.status == example.status)
        #expect(response.code == example.code)
        if example.code != nil { #expect(response.headers[.setCookie] == nil) }
    }

    @Test("an address of somebody else signs in as them and leaves my row alone")
    func anAddressOfSomebodyElseSignsInAsThem() async throws {
        let world = try await World.make()
        let response = try await world.send(
            .post,
            "/api/onboarding/identity",
            as: .member,
            json: #"{"displayName":"New Name","email":"ADMIN@acme.test"}"#
        )
        #expect(response.status == .seeOther)
        #expect(response.headers[.location] == "/w/acme")
        let users = UserRepository(store: world.store)
        let admin = try #require(world.users[.admin])
        let member = try #require(world.users[.member])
        #expect(try await users.find(admin.id)?.displayName == "New Name")
        #expect(try await users.find(member.id)?.displayName == member.displayName)
        let token = try #require(response.cookie("second_no_auth_session")?.split(separator: "=", maxSplits: 1).last)
        #expect(world.sessions.read(String(token.prefix { $0 != ";" }))?.userID == admin.id)
    }

    @Test("the thirty-first identity post of a minute has to wait")
    func theThirtyFirstPostHasToWait() async throws {
        let world = try await World.make()
        for _ in 0..<30 {
            let response = try await world.send(.post, "/api/onboarding/identity", json: #"{"displayName":"x"}"#)
            #expect(response.status == .seeOther)
        }
        let response = try await world.send(.post, "/api/onboarding/identity", json: #"{"displayName":"Ada"}"#)
        #expect(response.status == .tooManyRequests)
        #expect(response.code == "rate_limited")
        #expect(response.headers[.own("retry-after")] == "60")
    }

    @Test("signing out works in every state, and everywhere ends every session")
    func signingOutWorksInEveryState() async throws {
        let world = try await World.make()
        for person in World.Person.allCases {
            let response = try await world.send(.post, "/api/auth/logout", as: person)
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/onboarding/identity")
            #expect(response.cookie("second_no_auth_session")?.contains("Max-Age=0") == true)
            #expect(response.cookie("second_workspace_id")?.contains("Max-Age=0") == true)
        }
        #expect(try await world.send(.get, "/api/me", as: .member).status == .ok)
        _ = try await world.send(.post, "/api/auth/logout?everywhere=1", as: .member)
        #expect(try await world.send(.get, "/api/me", as: .member).code == "identity_required")
        #expect(try await world.send(.get, "/api/me", as: .admin).status == .ok)
    }

    @Test("a session past half its life is renewed")
    func aSessionPastHalfItsLifeIsRenewed() async throws {
        let world = try await World.make()
        let cookie = try #require(world.session(of: .member))
        #expect(try await world.send(.get, "/api/me", headers: [.cookie: cookie]).headers[.setCookie] == nil)
        world.clock.advance(by: .seconds(16 * 86_400))
        let renewed = try await world.send(.get, "/api/me", headers: [.cookie: cookie])
        #expect(renewed.cookie("second_no_auth_session") != nil)
        world.clock.advance(by: .seconds(15 * 86_400))
        #expect(try await world.send(.get, "/api/me", headers: [.cookie: cookie]).status == .unauthorized)
    }

    @Test(
        "cookies that are no session are nobody's, never a fault",
        arguments: [
            "second_no_auth_session=%E0%A4%A", "second_no_auth_session=", "second_no_auth_session=a.b.c",
            "second_no_auth_session", "=;;;=", "second_no_auth_session=%00",
            "second_no_auth_session=x; second_no_auth_session=y",
        ]
    )
    func cookiesThatAreNoSession(cookie: String) async throws {
        let world = try await World.make()
        let response = try await world.send(.get, "/api/me", headers: [.cookie: cookie])
        #expect(response.status == .unauthorized)
    }

    @Test(
        "preferences are refused in the published order",
        arguments: [
            ("nonsense", "invalid_preferences"), ("[]", "invalid_preferences"), ("{}", "empty_preferences"),
            (#"{"loaderColor":"red","themeMode":"x"}"#, "invalid_loader_color"),
            (#"{"loaderStyle":"x","loaderCustomColor":"x"}"#, "invalid_loader_style"),
            (##"{"loaderCustomColor":"#12345"}"##, "invalid_loader_custom_color"),
            (#"{"themeMode":1}"#, "invalid_theme_mode"),
            (#"{"loaderColor":"blue","themeMode":"x"}"#, "invalid_theme_mode"),
        ]
    )
    func preferencesAreRefused(body: String, code: String) async throws {
        let world = try await World.make()
        let response = try await world.send(.patch, "/api/me/preferences", as: .member, json: body)
        #expect(response.status == .badRequest)
        #expect(response.code == code)
        let stored = try await world.send(.get, "/api/me/preferences", as: .member)
        #expect(stored.json?["preferences"]?["loaderColor"]?.string == "mono")
    }

    @Test("preferences are kept, colours in capitals")
    func preferencesAreKept() async throws {
        let world = try await World.make()
        let body = ##"{"loaderColor":"custom","loaderCustomColor":"#abc","themeMode":"dark"}"##
        let changed = try await world.send(.patch, "/api/me/preferences", as: .member, json: body)
        #expect(changed.status == .ok)
        let stored = try await world.send(.get, "/api/me/preferences", as: .member)
        #expect(stored.text == changed.text)
        #expect(stored.json?["preferences"]?["loaderCustomColor"]?.string == "#ABC")
    }

    @Test("only managers change what is known about the firm")
    func onlyManagersChangeTheFirm() async throws {
        let world = try await World.make()
        let text = #"{"companyContext":" We build\r\n\r\n\r\n\r\n\r\nengines ","userContext":"Me"}"#
        let byAdmin = try await world.send(.post, "/api/onboarding/context", as: .admin, json: text)
        #expect(byAdmin.json?["companyContext"]?.string == "We build\n\n\nengines")
        let byMember = try await world.send(
            .post,
            "/api/onboarding/context",
            as: .member,
            json: #"{"companyContext":"","userContext":null}"#
        )
        #expect(byMember.json?["companyContext"]?.string == "We build\n\n\nengines")
        #expect(byMember.json?["userContext"] == .null)
        let bad = try await world.send(.post, "/api/onboarding/context", as: .admin, json: "[]")
        #expect(bad.code == "invalid_json")
        let foreign = try await world.send(
            .get,
            "/api/onboarding/context",
            as: .admin,
            headers: [.own("x-second-workspace-id"): "other"]
        )
        #expect(foreign.status == .notFound)
    }
}
