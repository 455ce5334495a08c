import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

@testable import RemoteWorker

/// What a web sees of a worker that breaks, or of something else that answers in its place.
@Suite struct BrokenStreamTests {
    static let started = "data: {\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"s\"}\n\n"

    private func turn(
        against answer: String,
        then end: RawServer.End = .close,
        limits: WorkerLimits = WorkerLimits()
    ) async throws -> (events: [RuntimeEvent], error: (any Error)?) {
        let server = try RawServer(answer, then: end)
        defer { server.stop() }
        return try await RemoteWorker.using(server.url, limits: limits) { remote in
            var events: [RuntimeEvent] = []
            do {
                for try await event in try await remote.startTurn(.sample()) { events.append(event) }
                return (events, nil)
            } catch {
                return (events, error)
            }
        }
    }

    @Test(arguments: [
        // A connection that goes away between two events, inside one, and properly but too early.
        RawServer.streamHead + RawServer.chunk(Self.started),
        RawServer.streamHead + RawServer.chunk(Self.started + "data: {\"type\":"),
        RawServer.streamHead + RawServer.chunk(Self.started) + "0\r\n\r\n",
        RawServer.streamHead + RawServer.chunk(Self.started) + "zz\r\n",
    ])
    func aConnectionThatIsCutFailsTheTurn(_ answer: String) async throws {
        let (events, error) = try await self.turn(against: answer)
        // What came in one piece with what is broken is lost with it.
        #expect(events.count == (answer.hasSuffix("zz\r\n") ? 0 : 1))
        #expect(error as? WorkerFailure == .failed(RunningStream.lost))
    }

    @Test(arguments: [
        "data: {\"type\":\n\n", "data: \u{0}\n\n", "<html>\n", "data: [DONE\n\n", "data:\n\n",
    ])
    func garbageFailsTheTurn(_ garbage: String) async throws {
        let answer = RawServer.streamHead + RawServer.chunk(Self.started) + RawServer.chunk(garbage)
        let (events, error) = try await self.turn(against: answer, then: .hold)
        #expect(events.count == 1)
        #expect(error as? WorkerFailure == .failed(RunningStream.unreadable))
    }

    @Test func whatALaterVersionAddsIsPassedOver() async throws {
        let frames =
            ": hello\n\nevent: message\nid: 7\nretry: 10\ndata: {\"type\":\"weather\"}\r\n\r\n" + Self.started
            + "data: [DONE]\n\n"
        let (events, error) = try await self.turn(
            against: RawServer.streamHead + RawServer.chunk(frames) + RawServer.end
        )
        #expect(events.count == 1)
        #expect(error == nil)
    }

    @Test func aLineMayBeAsLongAsTheLimitAndNoLonger() async throws {
        var limits = WorkerLimits()
        limits.lineBytes = 1000
        let frame = { (length: Int) in
            let start = "data: {\"type\":\"tool_use_summary\",\"summary\":\""
            return start + String(repeating: "x", count: length - start.utf8.count - 2) + "\"}\n\ndata: [DONE]\n\n"
        }
        let most = try await self.turn(
            against: RawServer.streamHead + RawServer.chunk(frame(1000)) + RawServer.end,
            limits: limits
        )
        #expect(most.events.count == 1)
        #expect(most.error == nil)
        let more = try await self.turn(
            against: RawServer.streamHead + RawServer.chunk(frame(1001)),
            then: .hold,
            limits: limits
        )
        #expect(more.events.isEmpty)
        #expect(more.error as? WorkerFailure == .failed(RunningStream.unreadable))
    }

    @Test func silenceFailsTheTurn() async throws {
        var limits = WorkerLimits()
        limits.silence = .milliseconds(200)
        let (events, error) = try await self.turn(
            against: RawServer.streamHead + RawServer.chunk(Self.started),
            then: .hold,
            limits: limits
        )
        #expect(events.count == 1)
        #expect(error as? WorkerFailure == .failed(RunningStream.lost))
    }

    @Test func aWorkerThatNeverAnswersIsGivenUp() async throws {
        var limits = WorkerLimits()
        limits.turnStart = .milliseconds(200)
        limits.question = .milliseconds(200)
        let (_, error) = try await self.turn(against: "", then: .hold, limits: limits)
        // It has the request and may be working on it.
        #expect(error as? WorkerFailure == .failed(RunningStream.lost))
        let server = try RawServer("", then: .hold)
        defer { server.stop() }
        try await RemoteWorker.using(server.url, limits: limits) { remote in
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.status(of: .one) }
        }
    }

    @Test(arguments: [
        ("502 Bad Gateway", "<html>", WorkerRefusal.unreachable), ("401 Unauthorized", "{}", .unreachable),
        ("200 OK", "<html>", .unreachable), ("302 Found", "", .unreachable),
        ("413 Payload Too Large", "{\"error\":\"body_too_large\"}", .invalidRequest(code: "body_too_large")),
        ("500 Internal Server Error", "{\"error\":\"internal_error\"}", .unreachable),
    ])
    func somethingElseThatAnswersIsUnreachable(
        _ status: String,
        _ body: String,
        _ expected: WorkerRefusal
    ) async throws {
        let answer =
            "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nLocation: http://127.0.0.1:1/\r\n"
            + "Connection: close\r\n\r\n\(body)"
        let server = try RawServer(answer, then: .close)
        defer { server.stop() }
        try await RemoteWorker.using(server.url) { remote in
            await #expect(throws: expected) { _ = try await remote.status(of: .one) }
        }
    }

    @Test func anAnswerThatIsTooLongIsNotHeld() async throws {
        var limits = WorkerLimits()
        limits.answerBytes = 100
        for (length, fits) in [(100, true), (101, false)] {
            let body = "{" + String(repeating: " ", count: length - 2) + "}"
            let server = try RawServer(
                "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n\(body)",
                then: .close
            )
            defer { server.stop() }
            try await RemoteWorker.using(server.url, limits: limits) { remote in
                if fits {
                    let status = try await remote.status(of: .one)
                    #expect(status.exists == false)
                } else {
                    await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.status(of: .one) }
                }
            }
        }
    }

    @Test func nobodyThereIsUnreachableAndNothingWasSent() async throws {
        let server = try RawServer("", then: .close)
        server.stop()
        try await RemoteWorker.using(server.url) { remote in
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.startTurn(.sample()) }
            await #expect(throws: WorkerRefusal.unreachable) { try await remote.ping() }
            let detection = await remote.detectRuntimes()
            #expect(detection == .workerUnavailable)
        }
    }
}
