import Application
import Bus
import Documents
import Domain
import Foundation
import LocalBus
import NIOCore
import RuntimeProtocols
import TestSupport
import Testing

/// Attaching, replaying, recovering (spec 02 §9, B2, B6, B7).
@Suite
struct WatchingTests {
    @Test
    func everyCursorGivesExactlyTheRest() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("One") + Events.write("w"))
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker has spoken") {
                let run = try await house.run(scope)
                guard let stream = run.activeStreamID else { return false }
                return try await house.bus.logState(ActiveTurn.log(of: run.id, stream: stream))?.lastSequence ?? 0 >= 8
            }
            var viewers: [RunStream] = []
            for cursor in 0...8 {
                viewers.append(try #require(try await house.runs.attach(scope, cursor: cursor, streamID: nil)))
            }
            house.worker.send(Events.text("Two") + Events.end())
            house.worker.finish()
            let whole = try await House.read(answer.stream).components(separatedBy: "\n\n").dropLast()
            for (cursor, viewer) in viewers.enumerated() {
                let seen = try await House.read(viewer).components(separatedBy: "\n\n").dropLast()
                #expect(Array(seen) == Array(whole.dropFirst(cursor)), "cursor \(cursor)")
            }
            #expect(whole.dropLast().enumerated().allSatisfy { $1.hasPrefix("id: \($0 + 1)\n") })
            _ = try await house.ended(scope)

            let id = try #require(answer.stream.streamID)
            let again = try #require(try await house.runs.attach(scope, cursor: 0, streamID: id))
            #expect(again.streamID == id)
            #expect(viewers.allSatisfy { $0.streamID == id })
            #expect(try await House.read(again).components(separatedBy: "\n\n").dropLast() == whole)
            let rest = try #require(try await house.runs.attach(scope, cursor: 3, streamID: nil))
            #expect(try await House.read(rest).hasPrefix("id: 4\n"))
            #expect(try await house.runs.attach(scope, cursor: 0, streamID: nil) == nil)
            #expect(try await house.runs.attach(scope, cursor: 0, streamID: "unknown") == nil)
        }
    }

    @Test
    func aViewerWhoLeavesOrNeverReadsEndsNothing() async throws {
        try await House.open { house in
            let piece = String(repeating: "word ", count: 4096)
            let chatter = (0..<LogLimits.turn.maximumBytes / piece.utf8.count + 10).map { _ in
                RuntimeEvent.stream(.textDelta(index: 0, piece))
            }
            house.worker.play(chatter + Events.end())
            let scope = try await house.newRun()
            let idle = try await house.send("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.status == .completed)
            // Its place is no longer kept; it starts again from a snapshot.
            await #expect(throws: LogError.self) { try await House.read(idle.stream) }
            #expect(try await house.runs.attach(scope, cursor: 1, streamID: nil) == nil)
        }
    }

    @Test
    func aRunThatStartsIsWaitedForAtMostAMoment() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            #expect(try await house.runs.attach(scope, cursor: 0, streamID: nil) == nil)
            let message = UIMessage(id: "u1", role: .user, parts: [])
            let lease = try await house.claim(scope, owner: "elsewhere", writing: [message])
            async let late = house.runs.attach(scope, cursor: 0, streamID: nil)
            try await eventually("somebody waits") { house.clock.sleeperCount == 1 }
            house.clock.advance(by: .milliseconds(1500))
            #expect(try await late == nil)

            async let soon = house.runs.attach(scope, cursor: 0, streamID: nil)
            try await eventually("somebody waits again") { house.clock.sleeperCount == 1 }
            try await house.bus.createLog(ActiveTurn.log(of: scope.runID, stream: "s"), limits: .turn)
            let ready = try await house.makeAttachable(scope, lease)
            await house.tools.events.publish(.runStreamReady, of: ready)
            #expect(try await soon != nil)
        }
    }

    @Test
    func withoutTheBusARunThatStartsIsLookedAtAgainAndAgain() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let lease = try await house.claim(
                scope,
                owner: "elsewhere",
                writing: [UIMessage(id: "u1", role: .user, parts: [])]
            )
            house.line.breakOnly([.subscribe])
            async let soon = house.runs.attach(scope, cursor: 0, streamID: nil)
            try await eventually("it waits for the next look") { house.clock.sleeperCount == 2 }
            house.clock.advance(by: .milliseconds(50))
            try await eventually("and for the one after") { house.clock.sleeperCount == 2 }
            try await house.bus.createLog(ActiveTurn.log(of: scope.runID, stream: "s"), limits: .turn)
            try await house.makeAttachable(scope, lease)
            house.clock.advance(by: .milliseconds(50))
            #expect(try await soon != nil)
        }
    }

    @Test
    func aKilledProcessLosesTwoSecondsAtMost() async throws {
        try await House.open { first in
            first.worker.hold(
                after: [.stream(.textDelta(index: 0, "Half an answer"))]
                    + Events.call("b", "Bash", #"{"command":"ls"}"#)
            )
            let scope = try await first.newRun()
            try await first.send("Hi", id: "u1", to: scope)
            try await eventually("the worker has been called") { first.worker.turns.count == 1 }
            try await eventually("the answer is kept") {
                first.clock.advance(by: .seconds(2))
                return try await first.run(scope).partialAnswer?.parts.count == 2
            }
            // The conversation itself does not show an answer in progress.
            #expect(try await first.run(scope).messages.map(\.id) == ["u1"])

            try await House.open(on: first, owner: "process-2") { second in
                try await second.runs.recoverAtStart { $0 == "process-1" }
                #expect(try await second.run(scope).status == .streaming)
                try await second.runs.recoverAtStart { _ in false }
                let run = try await second.run(scope)
                #expect(run.status == .failed)
                #expect(run.failure?.code == .staleStreamRecovered)
                #expect(run.failure?.retryable == true)
                #expect(run.messages.last?.text == "Half an answer")
                guard case .tool(let call) = run.messages.last?.parts.last else { return }
                #expect(call.state == .outputError)

                second.worker.play(Events.text("Whole") + Events.end())
                let retry = try await second.request("Hi", id: "u1", in: scope, retry: true)
                _ = try await House.read(try await second.runs.send(retry, to: scope, by: second.author).stream)
                #expect(try await second.ended(scope).messages.map(\.text) == ["Hi", "Whole"])
            }
            // The old turn finds its lease lost, ends by itself and changes nothing.
            try await eventually("the old turn ends") {
                first.clock.advance(by: .seconds(20))
                return first.supervisor.count == 0
            }
            #expect(try await first.run(scope).messages.map(\.text) == ["Hi", "Whole"])
        }
    }

    @Test
    func theHeartbeatMovesWhileNothingIsSaid() async throws {
        try await House.open { house in
            house.worker.hold()
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker has been called") { house.worker.turns.count == 1 }
            let start = try await house.run(scope).streamLease?.heartbeatAt
            for _ in 0..<700 {
                try await eventually("the timer waits") { house.clock.sleeperCount == 1 }
                house.clock.advance(by: .seconds(2))
            }
            try await eventually("the lease is fresh") {
                let beat = try await house.run(scope).streamLease?.heartbeatAt
                return house.clock.wall.now.since(beat ?? house.clock.wall.now.adding(.seconds(-9999))) <= .seconds(24)
            }
            #expect(try await house.run(scope).streamLease?.heartbeatAt != start)
            #expect(try await house.runs.failStaleRuns() == 0)
            house.worker.finish()
            _ = try await house.ended(scope)
        }
    }

    @Test
    func theWatchdogEndsWhatNobodyOwns() async throws {
        try await House.open { house in
            func claimed(_ owner: String, in app: AppScope) async throws -> RunScope {
                let scope = try await house.newRun(of: app)
                let lease = try await house.claim(scope, owner: owner)
                try await house.makeAttachable(scope, lease)
                return scope
            }
            let other = try await house.secondApp()
            let foreign = try await claimed("elsewhere", in: house.appScope)
            let forgotten = try await claimed(
                "process-1",
                in: AppScope(workspaceID: other.workspaceID, appID: other.id)
            )
            house.clock.advance(by: .milliseconds(59_999))
            #expect(try await house.runs.failStaleRuns() == 0)
            house.clock.advance(by: .milliseconds(1))
            #expect(try await house.runs.failStaleRuns() == 1)
            #expect(try await house.run(forgotten).failure?.phase == .watchdog)
            #expect(try await house.run(foreign).status == .streaming)
            house.clock.advance(by: .seconds(1140))
            #expect(try await house.runs.failStaleRuns() == 1)
            #expect(try await house.run(foreign).failure?.code == .staleStreamRecovered)
            #expect(try await house.runs.failStaleRuns() == 0)
        }
    }

    @Test
    func aMessageToAStaleRunRecoversItWithoutBeingWritten() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let message = UIMessage(id: "u1", role: .user, parts: [.text(.init(text: "Hi"))])
            try await house.claim(scope, owner: "gone", writing: [message])
            #expect(try await house.runs.failStaleRuns() == 0)
            house.clock.advance(by: .seconds(120))
            let answer = try await house.send("More", id: "u2", to: scope)
            #expect(answer.headers.contains { $0.value == "stale_stream_recovered" })
            let run = try await house.run(scope)
            #expect(run.status == .failed)
            #expect(run.failure?.phase == .claim)
            #expect(run.messages == [message])
        }
    }

    @Test
    func transitionsArePublishedInOrder() async throws {
        try await House.open { house in
            let events = try await house.bus.subscribe(to: WorkspaceEventPublisher.channel(of: house.app.workspaceID))
            house.worker.play(Events.text("x") + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            _ = try await house.ended(scope)
            var kinds: [WorkspaceEvent.Kind] = []
            for await element in events {
                guard case .message(let buffer) = element else { break }
                let event = try JSONDecoder().decode(WorkspaceEvent.self, from: Data(buffer.readableBytesView))
                #expect(event.runID == scope.runID)
                kinds.append(event.type)
                if event.type == .runCompleted { break }
            }
            #expect(kinds == [.runCreated, .runStarting, .runStreamReady, .runCompleted])
        }
    }
}
