import Application
import Bus
import Documents
import Domain
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing
import WebAPI
import WebGate

@Suite("Runs over HTTP")
struct RunRoutesTests {
    @Test("a run that has not started: nothing to join, nothing to stop, an empty conversation")
    func aRunThatHasNotStarted() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let path = world.path(of: app) + "/runs/\(run.id)"
        let chat = try await world.send(.get, path + "/chat", as: .member)
        #expect(chat.json?["status"]?.string == "pending")
        #expect(chat.json?["messages"]?.array?.isEmpty == true)
        #expect(chat.json?["failure"] == .null)
        let stream = try await world.send(.get, path + "/chat/stream?cursor=-4", as: .member)
        #expect(stream.status == .noContent)
        #expect(stream.body.readableBytes == 0)
        let stop = try await world.send(.post, path + "/chat/stop", as: .member)
        #expect(stop.json?["ok"]?.bool == true)
        #expect(stop.json?["status"]?.string == "pending")
        #expect(stop.json?["alreadyTerminal"]?.bool == false)
        #expect(stop.json?["workerCancelled"]?.bool == false)
    }

    @Test("who joins a stream is told its id")
    func whoJoinsAStreamIsToldItsID() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let (scope, lease) = try await world.claim(run)
        let runs = RunRepository(store: world.store)
        let now = world.clock.wallClock.now
        #expect(try await runs.makeAttachable(scope, lease: lease, streamID: "stream-1", at: now) != nil)
        let log = ActiveTurn.log(of: run.id, stream: "stream-1")
        try await world.bus.createLog(log, limits: .turn)
        try await world.bus.finishLog(log)
        let path = world.path(of: app) + "/runs/\(run.id)/chat/stream"
        for query in ["", "?cursor=0", "?streamId=stream-1"] {
            let response = try await world.send(.get, path + query, as: .member)
            #expect(response.status == .ok)
            #expect(response.headers[.own("x-second-stream-id")] == "stream-1", "\(query)")
        }
        let unknown = try await world.send(.get, path + "?streamId=other", as: .member)
        #expect(unknown.status == .noContent)
        #expect(unknown.headers[.own("x-second-stream-id")] == nil)
    }

    @Test("a message that is none is answered on the stream, with the reason in the headers")
    func aMessageThatIsNone() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let path = world.path(of: app) + "/runs/\(run.id)/chat"
        let response = try await world.send(.post, path, as: .member, json: #"{"messages":[]}"#)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.headers[.own("x-vercel-ai-ui-message-stream")] == "v1")
        #expect(response.headers[.own("x-second-chat-claim-result")] == "stale_input")
        #expect(response.headers[.own("x-second-chat-retryable")] == "false")
        #expect(response.headers[.own("x-second-chat-error-code")] == "claim_rejected")
        #expect(response.text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test("unknown and malformed runs are 404", arguments: ["aaaaaaaaaaaaaaaaaaaaaaaa", "x"])
    func unknownRunsAre404(id: String) async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let path = world.path(of: app) + "/runs/\(id)"
        for target in ["/chat", "/chat/stream", "/events"] {
            #expect(try await world.send(.get, path + target, as: .member).code == "run_not_found")
        }
        #expect(try await world.send(.post, path + "/chat/stop", as: .member).code == "run_not_found")
        let body = #"{"messages":[]}"#
        #expect(try await world.send(.post, path + "/chat", as: .member, json: body).code == "run_not_found")
    }

    @Test("a run of another app is not found through this one")
    func aRunOfAnotherApp() async throws {
        let world = try await World.make()
        let one = try await world.makeApp("One")
        let two = try await world.makeApp("Two")
        let path = world.path(of: one.app) + "/runs/\(two.run.id)/chat"
        #expect(try await world.send(.get, path, as: .member).code == "run_not_found")
    }

    @Test("new conversations are listed without their messages")
    func newConversationsAreListed() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let made = try await world.send(.post, world.path(of: app) + "/runs", as: .member)
        #expect(made.status == .created)
        let list = try await world.send(.get, world.path(of: app) + "/runs", as: .member)
        #expect(list.json?["items"]?.array?.count == 2)
        #expect(list.json?["items"]?.array?.first?["messages"] == nil)
    }

    @Test("ready names the part that does not answer")
    func readyNamesTheParts() async throws {
        let world = try await World.make()
        // A part has two seconds; a machine that is busy with other tests may need more for once.
        try await eventually { try await world.send(.get, "/api/ready").status == .ok }
        let ready = try await world.send(.get, "/api/ready")
        #expect(ready.json?["parts"]?.array?.compactMap { $0["name"]?.string } == ["bus", "documents"])
        #expect(try await world.send(.get, "/api/health").text == #"{"status":"ok"}"#)
    }
}
