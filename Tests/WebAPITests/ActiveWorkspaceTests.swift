import Application
import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WebAPI

/// Which workspace a request means beside its path (spec 01 B4), and what finishing the onboarding keeps (B7).
@Suite("The active workspace")
struct ActiveWorkspaceTests {
    @Test("a cookie that names no workspace of mine is skipped and cleared", arguments: ["other", "nonsense!", ""])
    func aForeignCookieIsSkippedAndCleared(value: String) async throws {
        let world = try await World.make()
        let session = try #require(world.session(of: .admin))
        let headers: HTTPFields = [.cookie: "\(session); second_workspace_id=\(value)"]
        for method in [HTTPRequest.Method.get, .post] {
            let body = method == .post ? #"{"companyContext":"Engines"}"# : nil
            var sent = headers
            if body != nil { sent[.contentType] = "application/json" }
            let answer = try await world.send(
                method,
                "/api/onboarding/context",
                as: .admin,
                headers: sent,
                body: body.map { .init(string: $0) }
            )
            #expect(answer.status == .ok, "\(method): \(answer.text)")
            let isCleared = answer.cookie("second_workspace_id")?.contains("Max-Age=0") == true
            #expect(isCleared != value.isEmpty, "\(method): \(answer.headers)")
        }
        let context = try await world.send(.get, "/api/onboarding/context", as: .admin)
        #expect(context.json?["companyContext"]?.string == "Engines", "it went to their own workspace")
    }

    @Test("one that does is kept")
    func anOwnCookieIsKept() async throws {
        let world = try await World.make()
        let session = try #require(world.session(of: .admin))
        let headers: HTTPFields = [.cookie: "\(session); second_workspace_id=acme"]
        let answer = try await world.send(.get, "/api/onboarding/context", as: .admin, headers: headers)
        #expect(answer.status == .ok)
        #expect(answer.cookie("second_workspace_id") == nil)
    }

    @Test("finishing again keeps the first time, and a step after it changes nothing")
    func finishingAgainKeepsTheFirstTime() async throws {
        let world = try await World.make()
        let user = try #require(world.users[.member])
        let finished = try #require(user.onboardingCompletedAt)
        world.clock.advance(by: .seconds(60))
        let again = try await world.send(.post, "/api/onboarding/complete", as: .member, json: "{}")
        #expect(again.status == .ok)
        let step = try await world.send(.post, "/api/onboarding/step", as: .member, json: #"{"step":"provider"}"#)
        #expect(step.status == .ok)
        let stored = try #require(try await UserRepository(store: world.store).find(user.id))
        #expect(stored.onboardingCompletedAt == finished)
        #expect(stored.onboardingStep == user.onboardingStep)
    }
}
