import Application
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing
import WebAPI
import WebGate

/// Readiness, traces and what is measured of requests (spec 05 B41, B47).
@Suite
struct ObservabilityTests {
    // MARK: - Traces

    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test(arguments: [
        "00-\(trace)-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902b7-00", "cc-\(trace)-00f067aa0ba902b7-01-more",
    ])
    func aTraceIsJoined(_ header: String) async throws {
        #expect(TraceParent(header)?.traceID == Self.trace)
        let world = try await World.make()
        let answer = try await world.send(.get, "/api/health", headers: [Self.header: header])
        #expect(answer.headers[Self.answerHeader] == Self.trace)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)", "00-\(trace)-00f067aa0ba902b7", "00-\(trace)-00f067aa0ba902b7-01-more",
        "ff-\(trace)-00f067aa0ba902b7-01", "00-\(trace.uppercased())-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace)0-00f067aa0ba902b7-01", "0-\(trace)-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902b7-1",
        "00-zbf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-\(trace)-00f067aa0ba902b7-01-" + String(repeating: "x", count: 600),
    ])
    func aMalformedTraceIsIgnored(_ header: String) async throws {
        #expect(TraceParent(header) == nil)
        let world = try await World.make()
        let answer = try await world.send(.get, "/api/health", headers: [Self.header: header])
        #expect(answer.status == .ok)
        #expect(answer.headers[Self.answerHeader] == nil)
    }

    // MARK: - Readiness

    @Test
    func readinessNamesThePartThatIsGone() async throws {
        let answer = try await Self.ask([
            ReadinessCheck(part: "database") {}, ReadinessCheck(part: "bus") { throw Gone() },
            ReadinessCheck(part: "worker") {},
        ])
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.json?["detail"]?.string == "bus_unreachable")
        #expect(answer.json?["version"]?.string == "test")
        let states = answer.json?["parts"]?.array?.compactMap {
            "\($0["name"]?.string ?? "")=\($0["status"]?.string ?? "")"
        }
        #expect(states == ["bus=error", "database=ok", "worker=ok"])
    }

    @Test
    func aPartThatHangsIsGivenTwoSecondsAndAskedOnce() async throws {
        let asked = Mutex(0)
        let (hanging, release) = AsyncStream<Void>.makeStream()
        let world = try await World.make(readiness: [
            ReadinessCheck(part: "database") {
                asked.withLock { $0 += 1 }
                // Deaf to cancellation, as a blocking client is.
                await Task { for await _ in hanging {} }.value
            }
        ])
        let start = ContinuousClock.now
        let answers = try await withThrowingTaskGroup(of: TestResponse.self) { group in
            for _ in 0..<5 { group.addTask { try await world.send(.get, "/api/ready") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == .serviceUnavailable })
        #expect(ContinuousClock.now - start >= .milliseconds(1900))
        #expect(asked.withLock { $0 } == 1)
        #expect(try await world.send(.get, "/api/health").status == .ok)
        release.finish()
        try await eventually { try await world.send(.get, "/api/ready").status == .ok }
        #expect(asked.withLock { $0 } >= 2)
    }

    @Test
    func aServerThatLeavesSaysSoAndBeginsNothingThatLasts() async throws {
        let leaving = Mutex(false)
        let world = try await World.make(isLeaving: { leaving.withLock { $0 } })
        let made = try await world.makeApp()
        let run = world.path(of: made.app) + "/runs/\(made.run.id)"
        try await eventually { try await world.send(.get, "/api/ready").status == .ok }
        leaving.withLock { $0 = true }
        let answer = try await world.send(.get, "/api/ready")
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.json?["detail"]?.string == "server_stopping")
        #expect(try await world.send(.get, "/api/health").status == .ok)
        let turn = """
            {"id":"\(made.run.id)","messages":[{"id":"m1","role":"user","parts":[{"type":"text","text":"Go"}]}]}
            """
        for refused in [
            try await world.send(.get, "/api/workspaces/acme/events", as: .member),
            try await world.send(.get, run + "/chat/stream", as: .member),
            try await world.send(.get, run + "/events", as: .member),
            try await world.send(.post, run + "/chat", as: .member, json: turn),
        ] {
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.code == "server_stopping")
            #expect(refused.headers[.retryAfter] == "2")
        }
        // Everything that is over soon goes on, and nothing was begun.
        let chat = try await world.send(.get, run + "/chat", as: .member)
        #expect(chat.status == .ok)
        #expect(chat.json?["messages"]?.array == [])
    }

    private struct Gone: Error {}

    private static func ask(_ checks: [ReadinessCheck]) async throws -> TestResponse {
        try await World.make(readiness: checks).send(.get, "/api/ready")
    }

    // MARK: - Requests

    @Test
    func requestsAreMeasuredByTemplateAndNeverByPath() async throws {
        let seen = Mutex<[RequestObservation]>([])
        let world = try await World.make(observe: { observation in seen.withLock { $0.append(observation) } })
        let made = try await world.makeApp()
        _ = try await world.send(.get, world.path(of: made.app), as: .member)
        _ = try await world.send(.get, "/nowhere/\(made.app.id)", as: .member)
        _ = try await world.send(.get, "/api/workspaces/acme/apps")
        _ = try await world.send(.init("BREW") ?? .get, "/api/health")
        let answers = seen.withLock { seen in
            seen.compactMap { observation in
                if case .answered(let method, let route, let status, let duration) = observation {
                    #expect(duration >= .zero)
                    return "\(method) \(route) \(status)"
                }
                return nil
            }
        }
        #expect(
            answers.contains { $0.hasPrefix("GET /api/workspaces/") && $0.contains("{app}") && $0.hasSuffix(" 200") }
        )
        #expect(answers.contains { $0.hasSuffix(" 401") })
        #expect(answers.contains { $0.hasPrefix("other ") })
        #expect(!answers.contains { $0.contains("\(made.app.id)") || $0.contains("acme") })
    }

    @Test
    func anOpenStreamIsCountedUntilItsReaderLeaves() async throws {
        let seen = Mutex<[RequestObservation]>([])
        let world = try await World.make(observe: { observation in seen.withLock { $0.append(observation) } })
        let workspace = try #require(WorkspaceID(World.workspace))
        let cookie = try #require(world.session(of: .member))
        try await world.application.test(.live) { server in
            let port = try #require(server.port)
            let client = TestClient(host: "localhost", port: port)
            client.connect()
            try await client.executeAndDontWaitForResponse(
                TestClient.Request(
                    "/api/workspaces/acme/events",
                    method: .get,
                    authority: "localhost:\(port)",
                    headers: [.cookie: cookie]
                )
            )
            try await eventually { seen.withLock { $0.contains(.streamOpened) } }
            #expect(seen.withLock { !$0.contains(.streamClosed) })
            try await client.shutdown()
            let publisher = WorkspaceEventPublisher(bus: world.bus, clock: world.clock.wallClock)
            try await eventually {
                await publisher.publish(.changed, in: workspace, scope: .workspaceSettings)
                return seen.withLock { $0.contains(.streamClosed) }
            }
        }
    }

    private static let header: HTTPField.Name = .traceParent
    private static let answerHeader: HTTPField.Name = .secondTraceID
}
