import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import RuntimeProtocols
import Testing

@testable import WorkerAPI

@Suite struct WorkerRoutesTests {
    static let token = "internal-token"
    static let app = App.ID.one.rawValue
    static let authorized: HTTPFields = [.authorization: "Bearer internal-token", .contentType: "application/json"]

    func serve(
        _ runtime: AgentRuntimeStandIn = .init(play: AgentRuntimeStandIn.brief),
        access: WorkerAccess = .token(Secret(Self.token)),
        test: TestingSetup = .router,
        _ body: @escaping @Sendable (any TestClientProtocol, WorkerFixture) async throws -> Void
    ) async throws {
        try await WorkerFixture.with(runtime) { fixture in
            let router = WorkerRouter.make(worker: fixture.service, access: access, version: "1.2.3", logger: .quiet)
            let application = Hummingbird.Application(
                router: router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                logger: .quiet
            )
            try await application.test(test) { client in try await body(client, fixture) }
        }
    }

    func message(_ extra: String = "") -> ByteBuffer {
        ByteBuffer(
            string: """
                {"prompt":"Build","systemPrompt":"You build.","runtimeId":"claude-code","runtimeModel":"claude-opus-4-8",
                "runtimeParams":{},"workspaceId":"\(Workspace.ID.one)","runId":"\(Run.ID.one)",
                "requestedByUserId":"\(User.ID.one)","workingDirectory":"/etc"\(extra)}
                """
        )
    }

    @Test(
        arguments: [
            (HTTPFields(), 401), ([.authorization: "Bearer wrong"], 401), ([.authorization: "internal-token"], 401),
            ([.authorization: "Basic internal-token"], 401), ([.authorization: "Bearer internal-token"], 200),
            ([.authorization: "bearer internal-token"], 200),
            ([.authorization: "Bearer internal-token", .origin: "http://127.0.0.1:3001"], 403),
        ] as [(HTTPFields, Int)]
    )
    func onlyTheWebGetsIn(_ headers: HTTPFields, _ status: Int) async throws {
        try await self.serve { client, _ in
            try await client.execute(uri: "/sessions/\(Self.app)/status", method: .get, headers: headers) { response in
                #expect(response.status.code == status)
                if status == 401 { #expect(String(buffer: response.body) == #"{"error":"unauthorized"}"#) }
            }
        }
    }

    @Test func withoutATokenProductionServesNobodyAndADeskEverybody() async throws {
        try await self.serve(access: .unconfigured) { client, _ in
            try await client.execute(uri: "/detect-provider", method: .get) { response in
                #expect(response.status == .internalServerError)
                #expect(String(buffer: response.body) == #"{"error":"INTERNAL_API_TOKEN not configured"}"#)
            }
        }
        try await self.serve(access: .open) { client, _ in
            try await client.execute(uri: "/detect-provider", method: .get) { #expect($0.status == .ok) }
        }
    }

    @Test func healthSaysNothingAboutSessions() async throws {
        try await self.serve { client, fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            try await client.execute(uri: "/health", method: .get) { response in
                #expect(String(buffer: response.body) == #"{"sessions":1,"status":"ok","version":"1.2.3"}"#)
            }
        }
    }

    @Test(arguments: ["x", "..%2F..%2Fetc", "%00", "111111111111111111111111x"])
    func anAppIdThatIsNoneIsRefused(_ id: String) async throws {
        try await self.serve { client, _ in
            try await client.execute(uri: "/sessions/\(id)/status", method: .get, headers: Self.authorized) {
                response in
                #expect(response.status == .badRequest)
                #expect(String(buffer: response.body) == #"{"error":"invalid_app_id"}"#)
            }
        }
    }

    @Test func bodiesAreJSON() async throws {
        try await self.serve { client, _ in
            let headers: HTTPFields = [.authorization: "Bearer internal-token", .contentType: "text/plain"]
            try await client.execute(uri: "/sessions/\(Self.app)/cancel", method: .post, headers: headers) {
                #expect($0.status == .unsupportedMediaType)
            }
        }
    }

    @Test(arguments: [
        ("attachments", "[]", 400, "invalid_file"), ("attachments", #"{"files":[]}"#, 400, "missing_files"),
        (
            "attachments", #"{"files":[{"id":"a","name":"b","path":"attachments/a","size":1,"dataBase64":"?"}]}"#, 400,
            "invalid_file_data"
        ),
        (
            "attachments", #"{"files":[{"id":"a","name":"b","path":"../a","size":1,"dataBase64":"eA=="}]}"#, 400,
            "invalid_file_path"
        ),
        ("attachments/check", "{}", 400, "missing_paths"),
        ("attachments/check", #"{"paths":["/etc/passwd"]}"#, 400, "invalid_file_path"),
        ("attachments/check", #"{"paths":["a","a","a","a","a","a","a","a","a","a","a"]}"#, 413, "too_many_files"),
        ("metadata", #"{"runtimeId":"claude-code","runtimeModel":"x"}"#, 400, "invalid_metadata_request"),
        ("metadata", #"{"prompt":"x","runtimeId":"other","runtimeModel":"x"}"#, 400, "invalid_runtime_settings"),
        (
            "metadata", #"{"prompt":"x","runtimeId":"claude-code","runtimeModel":"x"}"#, 502,
            "metadata_generation_failed"
        ),
        ("messages", #"{"prompt":"x"}"#, 400, "invalid_runtime_settings"),
        ("messages", #"{"runtimeId":"claude-code","runtimeModel":"x","prompt":"x"}"#, 400, "invalid_message"),
        ("restore", #"{"files":{"../x":"y"}}"#, 400, "invalid_file_path"),
        ("cancel", #"{"runId":"../../x"}"#, 400, "invalid_cancel_request"),
    ])
    func badBodiesHaveCodes(_ route: String, _ body: String, _ status: Int, _ code: String) async throws {
        try await self.serve { client, fixture in
            try await client.execute(
                uri: "/sessions/\(Self.app)/\(route)",
                method: .post,
                headers: Self.authorized,
                body: ByteBuffer(string: body)
            ) { response in
                #expect(response.status.code == status)
                #expect(String(buffer: response.body) == #"{"error":"\#(code)"}"#)
            }
            #expect(fixture.content("x") == nil)
        }
    }

    @Test func aTurnIsStreamedAndEndsWithDone() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await self.serve(runtime, test: .live) { client, fixture in
            try await client.execute(
                uri: "/sessions/\(Self.app)/messages",
                method: .post,
                headers: Self.authorized,
                body: self.message()
            ) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "text/event-stream")
                let frames = String(buffer: response.body).components(separatedBy: "\n\n")
                #expect(frames.first?.contains(#""session_id":"session-1""#) == true)
                #expect(frames.contains { $0.contains(#""text":"hello""#) })
                #expect(frames.suffix(2) == ["data: [DONE]", ""])
            }
            #expect(runtime.requests.first?.workspace == fixture.workspace())
        }
    }

    @Test func theSessionComesWithItsTranscriptAndTheStatusWithout() async throws {
        try await self.serve { client, fixture in
            let session = WorkerSession(
                runtimeID: .claudeCode,
                sessionID: "s1",
                format: "claude-jsonl",
                transcript: Data("line".utf8)
            )
            _ = try await fixture.service.startTurn(.sample(session: session)).all()
            try await client.execute(
                uri: "/sessions/\(Self.app)/session-file",
                method: .get,
                headers: Self.authorized
            ) { response in
                let json = try JSONValue(parsing: Data(response.body.readableBytesView))
                #expect(
                    json["sessionState"]
                        == ["runtimeId": "claude-code", "sessionId": "s1", "format": "claude-jsonl", "data": "line"]
                )
            }
            try await client.execute(
                uri: "/sessions/\(Self.app)/status",
                method: .get,
                headers: Self.authorized
            ) { response in
                let json = try JSONValue(parsing: Data(response.body.readableBytesView))
                #expect(json["status"] == "idle")
                #expect(json["restoreNeeded"] == false)
                #expect(json["ttlRemainingMs"] == 900_000)
                #expect(json["sessionState"]?["sessionId"] == "s1")
                #expect(json["sessionState"]?["data"] == nil)
            }
        }
    }

    @Test func aLostConnectionEndsItsTurn() async throws {
        try await self.serve(.init(play: AgentRuntimeStandIn.endless), test: .live) { client, fixture in
            let port = try #require(client.port)
            let body = String(buffer: self.message())
            let request =
                "POST /sessions/\(Self.app)/messages HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer internal-token\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let connection = try RawConnection(port: port)
            try connection.send(request)
            try await eventually { try await fixture.service.status(of: .one).sessionID != nil }
            let isBusy = try await fixture.service.status(of: .one).isBusy
            #expect(isBusy)
            connection.close()
            try await eventually { try await fixture.service.status(of: .one).isBusy == false }
        }
    }

    @Test func aBrokenTurnEndsWithAnErrorAndWithoutDone() async throws {
        let runtime = AgentRuntimeStandIn { _, _ in throw RuntimeFailure.failed("no model") }
        try await self.serve(runtime, test: .live) { client, _ in
            try await client.execute(
                uri: "/sessions/\(Self.app)/messages",
                method: .post,
                headers: Self.authorized,
                body: self.message()
            ) { response in
                #expect(
                    String(buffer: response.body)
                        == "data: {\"code\":\"failed\",\"error\":\"no model\",\"type\":\"error\"}\n\n"
                )
            }
        }
    }

    @Test func aBusySessionIsAConflictAndCanBeStopped() async throws {
        try await self.serve(.init(play: AgentRuntimeStandIn.endless)) { client, fixture in
            let stream = try await fixture.service.startTurn(.sample())
            try await client.execute(
                uri: "/sessions/\(Self.app)/messages",
                method: .post,
                headers: Self.authorized,
                body: self.message()
            ) { response in
                #expect(response.status == .conflict)
                #expect(String(buffer: response.body) == #"{"error":"session_busy"}"#)
            }
            for (run, answer) in [
                (Run.ID.two, #"{"cancelled":false,"ok":true,"status":"busy"}"#),
                (Run.ID.one, #"{"cancelled":true,"ok":true,"status":"idle"}"#),
            ] {
                try await client.execute(
                    uri: "/sessions/\(Self.app)/cancel",
                    method: .post,
                    headers: Self.authorized,
                    body: ByteBuffer(string: #"{"runId":"\#(run)"}"#)
                ) { #expect(String(buffer: $0.body) == answer) }
            }
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            try await client.execute(uri: "/sessions/\(Self.app)", method: .delete, headers: Self.authorized) {
                #expect(String(buffer: $0.body) == #"{"ok":true}"#)
            }
            let existsNow = try await fixture.service.status(of: .one).exists
            #expect(existsNow == false)
        }
    }

    @Test func filesAreTextOrBase64AndOneThatIsTooLargeIsNamed() async throws {
        try await self.serve { client, fixture in
            try await client.execute(uri: "/sessions/\(Self.app)/files", method: .get, headers: Self.authorized) {
                #expect(String(buffer: $0.body) == #"{"files":{}}"#)
            }
            try fixture.put("text", at: "a.txt")
            try Data([0, 255]).write(to: fixture.workspace().appending(path: "b.bin"))
            try await client.execute(uri: "/sessions/\(Self.app)/files", method: .get, headers: Self.authorized) {
                #expect(String(buffer: $0.body) == #"{"binaryFiles":{"b.bin":"AP8="},"files":{"a.txt":"text"}}"#)
            }
            try fixture.put(String(repeating: "x", count: 1_048_577), at: "big.txt")
            try await client.execute(uri: "/sessions/\(Self.app)/files", method: .get, headers: Self.authorized) {
                #expect($0.status == .contentTooLarge)
                #expect(String(buffer: $0.body).contains("big.txt has 1048577 bytes"))
            }
        }
    }

    // MARK: Operators

    @Test func operatorsSeeTheSessionsAndStrangersNothing() async throws {
        try await self.serve(.init(play: AgentRuntimeStandIn.endless)) { client, fixture in
            let stream = try await fixture.service.startTurn(.sample())
            try await client.execute(uri: "/sessions", method: .get) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/sessions", method: .get, headers: Self.authorized) { response in
                let json = try JSONValue(parsing: Data(response.body.readableBytesView))
                #expect(json["status"] == "ok")
                #expect(json["running"] == 1)
                #expect(json["capacity"] == 16)
                let session = json["sessions"]?.array?.first
                #expect(session?["appId"]?.string == Self.app)
                #expect(session?["status"] == "busy")
                #expect(session?["runId"]?.string == Run.ID.one.rawValue)
            }
            // Nobody offered to drain this one.
            try await client.execute(uri: "/drain", method: .post, headers: Self.authorized) {
                #expect($0.status == .notFound)
            }
            _ = stream
        }
    }

    @Test func drainingIsAskedForBehindTheToken() async throws {
        try await WorkerFixture.with { fixture in
            let router = WorkerRouter.make(
                worker: fixture.service,
                access: .token(Secret(Self.token)),
                version: "1.2.3",
                logger: .quiet,
                servesBroker: false,
                drain: { await fixture.service.startDraining() }
            )
            try await Hummingbird.Application(router: router).test(.router) { client in
                let json: HTTPFields = [.contentType: "application/json"]
                let refused: [(HTTPFields, Int)] = [
                    (json, 401), (json.adding(.authorization, "Bearer wrong"), 401),
                    (Self.authorized.adding(.origin, "http://x"), 403),
                    ([.authorization: "Bearer internal-token"], 415),
                    (Self.authorized.adding(.contentType, "application/x-www-form-urlencoded"), 415),
                ]
                for (headers, status) in refused {
                    try await client.execute(uri: "/drain", method: .post, headers: headers) {
                        #expect($0.status.code == status)
                    }
                }
                let before = await fixture.service.load()
                #expect(!before.isDraining)
                for _ in 0..<2 {
                    try await client.execute(uri: "/drain", method: .post, headers: Self.authorized) { response in
                        #expect(response.status == .accepted)
                        #expect(String(buffer: response.body).contains(#""status":"draining""#))
                    }
                }
                try await client.execute(
                    uri: "/sessions/\(Self.app)/messages",
                    method: .post,
                    headers: Self.authorized,
                    body: self.message()
                ) { response in
                    #expect(response.status == .serviceUnavailable)
                    #expect(response.headers[.retryAfter] == "30")
                    #expect(String(buffer: response.body) == #"{"error":"draining"}"#)
                }
                // The tools of turns are on another listener.
                try await client.execute(uri: "/mcp/x", method: .post, headers: Self.authorized) {
                    #expect($0.status == .notFound)
                }
                try await client.execute(uri: "/health", method: .get) { #expect($0.status == .ok) }
            }
        }
    }

    @Test(arguments: ["", "a b", "../x", String(repeating: "a", count: 129)])
    func anAssignmentThatIsNoWordIsRefused(_ assignment: String) async throws {
        try await self.serve { client, _ in
            let name = try #require(HTTPField.Name("x-second-assignment"))
            try await client.execute(
                uri: "/sessions/\(Self.app)/status",
                method: .get,
                headers: Self.authorized.adding(name, assignment)
            ) { #expect($0.status == .badRequest) }
        }
    }

    // MARK: The broker's route

    @Test func theBrokerTakesItsOwnTokensAndNotOurs() async throws {
        try await self.serve { client, fixture in
            let base = try #require(URL(string: "http://127.0.0.1:1"))
            let context = ToolContext(appID: .one, runID: .one, workspace: fixture.workspace())
            let (id, endpoints) = await fixture.broker.open(context, allowed: ToolCatalogue.builder, base: base)
            let token = try #require(endpoints.first).token.reveal()
            let list = ByteBuffer(string: #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
            let good: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
            let large = ByteBuffer(string: String(repeating: " ", count: BrokerRoutes.maximumBody + 1))
            let most = ByteBuffer(
                string: #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
                    + String(repeating: " ", count: BrokerRoutes.maximumBody - 40)
            )
            #expect(most.readableBytes == BrokerRoutes.maximumBody)
            let note = ByteBuffer(string: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            let exchanges: [(HTTPRequest.Method, HTTPFields, ByteBuffer, Int)] = [
                (.post, good, list, 200), (.post, Self.authorized, list, 401),
                (.post, [.contentType: "application/json"], list, 401),
                (.post, good, note, 202), (.post, good, ByteBuffer(string: "{"), 400), (.post, good, large, 413),
                (.post, good, most, 200), (.get, good, ByteBuffer(), 405), (.delete, good, ByteBuffer(), 405),
                (.post, good.adding(.origin, "null"), list, 403),
                (.post, [.authorization: "Bearer \(token)", .contentType: "text/plain"], list, 415),
            ]
            for (method, headers, body, status) in exchanges {
                try await client.execute(
                    uri: "/mcp/\(id)?server=second",
                    method: method,
                    headers: headers,
                    body: body
                ) { #expect($0.status.code == status, "\(method) \(status)") }
            }
        }
    }
}

extension HTTPFields {
    func adding(_ name: HTTPField.Name, _ value: String) -> Self {
        var fields = self
        fields[name] = value
        return fields
    }
}
