import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import WorkerAPI

/// What those who run workers see and ask for.
@Suite struct OperatorRoutesTests {
    @Test func healthSaysNothingAboutSessions() async throws {
        try await ServedWorker.with { client, fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            try await client.execute(uri: "/health", method: .get) { response in
                #expect(String(buffer: response.body) == #"{"sessions":1,"status":"ok","version":"1.2.3"}"#)
            }
        }
    }

    // MARK: Operators

    @Test func operatorsSeeTheSessionsAndStrangersNothing() async throws {
        try await ServedWorker.with(.init(play: AgentRuntimeStandIn.endless)) { client, fixture in
            let stream = try await fixture.service.startTurn(.sample())
            try await client.execute(uri: "/sessions", method: .get) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/sessions", method: .get, headers: ServedWorker.authorized) { response in
                let json = try response.json
                #expect(json["status"] == "ok")
                #expect(json["running"] == 1)
                #expect(json["capacity"] == 16)
                let session = json["sessions"]?.array?.first
                #expect(session?["appId"]?.string == ServedWorker.app)
                #expect(session?["status"] == "busy")
                #expect(session?["runId"]?.string == Run.ID.one.rawValue)
            }
            // Nobody offered to drain this one.
            try await client.execute(uri: "/drain", method: .post, headers: ServedWorker.authorized) {
                #expect($0.status == .notFound)
            }
            _ = stream
        }
    }

    @Test func drainingIsAskedForBehindTheToken() async throws {
        try await WorkerFixture.with { fixture in
            let router = WorkerRouter.make(
                worker: fixture.service,
                access: .token(Secret(ServedWorker.token)),
                version: "1.2.3",
                logger: .quiet,
                servesBroker: false,
                drain: { await fixture.service.startDraining() }
            )
            try await Hummingbird.Application(router: router).test(.router) { client in
                let json: HTTPFields = [.contentType: "application/json"]
                let refused: [(HTTPFields, Int)] = [
                    (json, 401), (json.adding(.authorization, "Bearer wrong"), 401),
                    (ServedWorker.authorized.adding(.origin, "http://x"), 403),
                    ([.authorization: "Bearer internal-token"], 415),
                    (ServedWorker.authorized.adding(.contentType, "application/x-www-form-urlencoded"), 415),
                ]
                for (headers, status) in refused {
                    try await client.execute(uri: "/drain", method: .post, headers: headers) {
                        #expect($0.status.code == status)
                    }
                }
                let before = await fixture.service.load()
                #expect(!before.isDraining)
                for _ in 0..<2 {
                    try await client.execute(uri: "/drain", method: .post, headers: ServedWorker.authorized) {
                        response in
                        #expect(response.status == .accepted)
                        #expect(String(buffer: response.body).contains(#""status":"draining""#))
                    }
                }
                let turn = try await client.session(.post, "messages", ServedWorker.message())
                #expect(turn.status == .serviceUnavailable)
                #expect(turn.headers[.retryAfter] == "30")
                #expect(turn.text == #"{"error":"draining"}"#)
                // The tools of turns are on another listener.
                try await client.execute(uri: "/mcp/x", method: .post, headers: ServedWorker.authorized) {
                    #expect($0.status == .notFound)
                }
                try await client.execute(uri: "/health", method: .get) { #expect($0.status == .ok) }
            }
        }
    }
}
