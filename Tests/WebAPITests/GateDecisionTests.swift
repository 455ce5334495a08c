import Application
import Domain
import HTTPTypes
import Testing

@testable import WebGate

@Suite("The gate's decision")
struct GateDecisionTests {
    enum Who: Sendable {
        case nobody, nameless, homeless, unfinished, ready
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var who: Who
        var expected: GateDecision
        var testDescription: String { "\(self.who) at \(self.path)" }

        init(_ path: String, _ who: Who, _ expected: GateDecision) {
            self.path = path
            self.who = who
            self.expected = expected
        }
    }

    @Test(
        "first match wins",
        arguments: [
            Case("/api/health", .nobody, .pass),
            Case("/api/ready", .nobody, .pass),
            Case("/api/healthX", .nobody, .refuse(.identityRequired)),
            Case("/api/internal/x", .nobody, .pass),
            Case("/assets/app.js", .nobody, .pass),
            Case("/", .nobody, .redirect("/onboarding/intro")),
            Case("/w/acme", .nobody, .redirect("/onboarding/intro")),
            Case("/onboarding/intro", .nobody, .pass),
            Case("/onboarding/identity", .nobody, .pass),
            Case("/onboarding/workspace", .nobody, .redirect("/onboarding/intro")),
            Case("/api/onboarding/identity", .nobody, .pass),
            Case("/api/onboarding/identityX", .nobody, .refuse(.identityRequired)),
            Case("/api/onboarding/identity/x", .nobody, .refuse(.identityRequired)),
            Case("//api//me", .nobody, .refuse(.identityRequired)),
            Case("/api/auth/logout", .nobody, .pass),
            Case("/api/workspaces/Bad_One/apps", .nobody, .refuse(.identityRequired)),
            Case("/w/acme", .nameless, .redirect("/onboarding/identity")),
            Case("/onboarding/identity", .nameless, .pass),
            Case("/onboarding/intro", .nameless, .redirect("/onboarding/identity")),
            Case("/api/me", .nameless, .refuse(.profileRequired)),
            Case("/api/onboarding/identity", .nameless, .pass),
            Case("/api/me", .homeless, .refuse(.workspaceRequired)),
            Case("/api/auth/logout", .homeless, .pass),
            Case("/api/onboarding/workspace", .homeless, .pass),
            Case("/api/onboarding/identity", .homeless, .pass),
            Case("/api/workspaces", .homeless, .refuse(.workspaceRequired)),
            Case("/onboarding/workspace", .homeless, .pass),
            Case("/onboarding/identity", .homeless, .pass),
            Case("/onboarding/loader", .homeless, .redirect("/onboarding/workspace")),
            Case("/", .homeless, .redirect("/onboarding/workspace")),
            Case("/", .unfinished, .redirect("/onboarding/loader")),
            Case("/w/acme", .unfinished, .redirect("/onboarding/loader")),
            Case("/onboarding/intro", .unfinished, .redirect("/onboarding/loader")),
            Case("/onboarding/identity", .unfinished, .pass),
            Case("/onboarding/provider", .unfinished, .pass),
            Case("/onboarding/start", .unfinished, .redirect("/onboarding/provider")),
            Case("/api/workspaces/acme/apps", .unfinished, .pass),
            Case("/w/Bad_One", .unfinished, .refuse(.notFound)),
            Case("/", .ready, .redirect("/w/acme")),
            Case("/onboarding/identity", .ready, .redirect("/w/acme")),
            Case("/w/acme", .ready, .pass),
            Case("/w/acme/apps/x", .ready, .pass),
            Case("/w/other", .ready, .refuse(.notFound)),
            Case("/w/Bad_One", .ready, .refuse(.notFound)),
            Case("/w/%61cme", .ready, .refuse(.notFound)),
            Case("/api/workspaces/other/apps", .ready, .refuse(.notFound)),
            Case("/api/workspaces/ACME/apps", .ready, .pass),
            Case("/api/me/preferences", .ready, .pass),
        ]
    )
    func firstMatchWins(_ example: Case) throws {
        let decision = GateDecision.decide(
            RequestPath(example.path),
            person: try Self.person(example.who),
            mode: .local,
            // A stale cookie and a foreign header change nothing on routes without a workspace (B4).
            hints: WorkspaceHints(header: "foreign", cookie: "gone")
        )
        #expect(decision == example.expected)
    }

    static func person(_ who: Who) throws -> PersonState {
        let id = try #require(User.ID("0123456789abcdef01234567"))
        let acme = try #require(WorkspaceID("acme"))
        let now = Timestamp(milliseconds: 1)
        var user = User(id: id, email: "a@b.cd", displayName: "Ada", onboardingStep: .loader, createdAt: now)
        let membership = Membership(
            id: IdentifierSource.live.make(),
            workspaceID: acme,
            userID: id,
            role: .member,
            createdAt: now
        )
        switch who {
        case .nobody: return .missingIdentity
        case .nameless: return .needsProfile(nil)
        case .homeless: return .needsWorkspace(user)
        case .unfinished: return .ready(try #require(ReadyPerson(user: user, memberships: [membership])))
        case .ready:
            user.onboardingCompletedAt = now
            return .ready(try #require(ReadyPerson(user: user, memberships: [membership])))
        }
    }
}

@Suite("Whose pages may change something")
struct OriginRuleTests {
    struct Case: Sendable {
        var host: String?
        var origin: String?
        var site: String?
        var publicOrigin: String?
        var method = HTTPRequest.Method.post
        var expected: GateRefusal?
    }

    @Test(
        "local mode",
        arguments: [
            Case(host: "localhost:3000", expected: nil),
            Case(host: "127.0.0.1:3000", origin: "http://127.0.0.1:3000", expected: nil),
            Case(host: "[::1]:3000", origin: "http://[::1]:3000", expected: nil),
            Case(host: "acme.localhost:3000", origin: "http://acme.localhost:3000", expected: nil),
            Case(host: "localhost:3000", origin: "http://localhost:3001", expected: .crossOriginBlocked),
            Case(host: "localhost:3000", origin: "https://localhost:3000", expected: .crossOriginBlocked),
            Case(host: "localhost:3000", origin: "null", expected: .crossOriginBlocked),
            Case(host: "localhost:3000", origin: "https://evil.test", expected: .crossOriginBlocked),
            Case(host: "localhost:3000", origin: "https://evil.test", method: .get, expected: nil),
            Case(host: "localhost:3000", origin: "https://evil.test", method: .delete, expected: .crossOriginBlocked),
            Case(host: "localhost:3000", site: "same-origin", expected: nil),
            Case(host: "localhost:3000", site: "none", expected: nil),
            Case(host: "localhost:3000", site: "same-site", expected: .crossOriginBlocked),
            Case(host: "localhost:3000", site: "cross-site", expected: .crossOriginBlocked),
            Case(host: "evil.test", method: .get, expected: .hostNotAllowed),
            Case(host: "evil.test", origin: "http://evil.test", expected: .hostNotAllowed),
            Case(host: "127.0.0.1.evil.test", method: .get, expected: .hostNotAllowed),
            Case(host: "localhost.evil.test", method: .get, expected: .hostNotAllowed),
            Case(host: "evillocalhost", method: .get, expected: .hostNotAllowed),
            Case(host: "0.0.0.0:3000", method: .get, expected: .hostNotAllowed),
            Case(host: "127.0.0.1@evil.test", method: .get, expected: .hostNotAllowed),
            Case(host: "x;script-src *.localhost", method: .get, expected: .hostNotAllowed),
            Case(host: "[::1].evil.test", method: .get, expected: .hostNotAllowed),
            Case(host: nil, method: .get, expected: .hostNotAllowed),
            Case(host: "", method: .get, expected: .hostNotAllowed),
            Case(
                host: "second.test",
                origin: "https://second.test",
                publicOrigin: "https://second.test",
                expected: nil
            ),
            Case(host: "second.test:443", publicOrigin: "https://second.test", method: .get, expected: nil),
        ]
    )
    func localMode(_ example: Case) {
        let rule = OriginRule(mode: .local, publicOrigin: example.publicOrigin)
        var refusal: GateRefusal?
        do {
            try rule.check(
                method: example.method,
                path: RequestPath("/api/onboarding/identity"),
                host: example.host,
                origin: example.origin,
                fetchSite: example.site,
                isEncrypted: false
            )
        } catch {
            refusal = error
        }
        #expect(refusal == example.expected, "\(example)")
    }

    @Test(
        "probes and programs of ours come under any name, everybody else does not",
        arguments: [
            ("/api/health", true), ("/api/ready", true), ("/api/internal/tool-execute", true), ("/", false),
            ("/api/healthX", false), ("/api/health/x", false), ("/api/readyz", false), ("/api/openapi.json", false),
            ("/api/internalX", false), ("/api/me", false), ("/w/acme", false), ("/preview/x", false),
            ("/assets/app.css", false),
        ]
    )
    func probesComeUnderAnyName(_ path: String, isForPrograms: Bool) {
        for host in ["10.1.2.3:3000", "web-7f9c.second.svc.cluster.local", "evil.test", "", nil] {
            var refusal: GateRefusal?
            do {
                try OriginRule(mode: .local, publicOrigin: "https://second.test").check(
                    method: .get,
                    path: RequestPath(path),
                    host: host,
                    origin: nil,
                    fetchSite: nil,
                    isEncrypted: false
                )
            } catch {
                refusal = error
            }
            #expect(refusal == (isForPrograms ? nil : .hostNotAllowed), "\(path) at \(host ?? "no host")")
        }
    }
}
