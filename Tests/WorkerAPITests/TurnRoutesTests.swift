import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import RuntimeProtocols
import TestSupport
import Testing

@testable import WorkerAPI

/// A turn over HTTP: streamed, lost, broken, stopped.
@Suite struct TurnRoutesTests {
    @Test func aTurnIsStreamedAndEndsWithDone() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await ServedWorker.with(runtime, test: .live) { client, fixture in
            let response = try await client.session(.post, "messages", ServedWorker.message())
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/event-stream")
            let frames = response.text.components(separatedBy: "\n\n")
            #expect(frames.first?.contains(#""session_id":"session-1""#) == true)
            #expect(frames.contains { $0.contains(#""text":"hello""#) })
            #expect(frames.suffix(2) == ["data: [DONE]", ""])
            #expect(runtime.requests.first?.workspace == fixture.workspace())
        }
    }

    @Test func aLostConnectionEndsItsTurn() async throws {
        try await ServedWorker.with(.init(play: AgentRuntimeStandIn.endless), test: .live) { client, fixture in
            let port = try #require(client.port)
            let body = String(buffer: ServedWorker.message())
            let request =
                "POST /sessions/\(ServedWorker.app)/messages HTTP/1.1\r\nHost: localhost\r\n"
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
        try await ServedWorker.with(runtime, test: .live) { client, _ in
            let response = try await client.session(.post, "messages", ServedWorker.message())
            #expect(response.text == "data: {\"code\":\"failed\",\"error\":\"no model\",\"type\":\"error\"}\n\n")
        }
    }

    @Test func aBusySessionIsAConflictAndCanBeStopped() async throws {
        try await ServedWorker.with(.init(play: AgentRuntimeStandIn.endless)) { client, fixture in
            let stream = try await fixture.service.startTurn(.sample())
            let refused = try await client.session(.post, "messages", ServedWorker.message())
            #expect(refused.status == .conflict)
            #expect(refused.text == #"{"error":"session_busy"}"#)
            for (run, answer) in [
                (Run.ID.two, #"{"cancelled":false,"ok":true,"status":"busy"}"#),
                (Run.ID.one, #"{"cancelled":true,"ok":true,"status":"idle"}"#),
            ] {
                let body = ByteBuffer(string: #"{"runId":"\#(run)"}"#)
                #expect(try await client.session(.post, "cancel", body).text == answer)
            }
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            #expect(try await client.session(.delete).text == #"{"ok":true}"#)
            let existsNow = try await fixture.service.status(of: .one).exists
            #expect(existsNow == false)
        }
    }
}
