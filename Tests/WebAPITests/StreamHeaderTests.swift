import Application
import Bus
import Documents
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport
import Testing
import WebGate

@testable import WebAPI

/// What every event stream of a conversation says of itself, so that nobody on the way keeps or holds it back
/// (spec 02 §7.1, §9).
@Suite
struct StreamHeaderTests {
    private static func expectStream(_ response: TestResponse, isReplay: Bool) {
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.headers[.cacheControl] == "no-cache")
        #expect(response.headers[.connection] == "keep-alive")
        #expect(response.headers[.own("x-accel-buffering")] == "no")
        #expect(response.headers[.own("x-vercel-ai-ui-message-stream")] == "v1")
        #expect(response.headers[.own("x-second-stream-replay")] == (isReplay ? "1" : nil))
    }

    @Test
    func anAnswerToAMessageIsNeitherKeptNorHeldBack() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let path = world.path(of: app) + "/runs/\(run.id)/chat"
        let answer = try await world.send(.post, path, as: .member, json: #"{"messages":[]}"#)
        Self.expectStream(answer, isReplay: false)
    }

    @Test
    func whoJoinsLaterIsToldThatItIsAReplay() async throws {
        let world = try await World.make()
        let (app, run) = try await world.makeApp()
        let (scope, lease) = try await world.claim(run)
        let runs = RunRepository(store: world.store)
        let now = world.clock.wallClock.now
        #expect(try await runs.makeAttachable(scope, lease: lease, streamID: "stream-1", at: now) != nil)
        let log = ActiveTurn.log(of: run.id, stream: "stream-1")
        try await world.bus.createLog(log, limits: .turn)
        try await world.bus.finishLog(log)
        let joined = try await world.send(.get, world.path(of: app) + "/runs/\(run.id)/chat/stream", as: .member)
        Self.expectStream(joined, isReplay: true)
    }

    @Test
    func whoLosesTheRightToATurnIsToldNoMoreOfIt() async throws {
        let bus = try await World.make().bus
        let uptime = TurnedUptime()
        let isAllowed = Atomic(true)
        let received = Received()
        let log = LogKey("turn")
        try await bus.createLog(log, limits: .turn)
        let stream = RunStream(.log(try await bus.readLog(log, after: 0)), streamID: "s")
        let drained = DrainedStream(stream: stream, uptime: uptime.uptime) { isAllowed.load(ordering: .relaxed) }
        async let written: Void = {
            var writer: any ResponseBodyWriter = RecordingWriter(received: received)
            try await drained.write(to: &writer)
        }()
        func tell(_ text: String, after pause: Duration) async throws {
            uptime.advance(by: pause)
            _ = try await bus.append([ByteBuffer(string: text)], to: log)
        }
        try await tell("one ", after: .zero)
        try await received.wait { $0 == "one " }
        try await tell("two ", after: DrainedStream.checkInterval)
        try await received.wait { $0 == "one two " }
        isAllowed.store(false, ordering: .relaxed)
        try await tell("three ", after: DrainedStream.checkInterval - .seconds(1))
        try await received.wait { $0 == "one two three " }
        try await tell("four", after: .seconds(1))
        try await received.waitForEnd()
        #expect(received.text == "one two three ")
        try await written
    }
}
