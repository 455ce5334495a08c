import Application
import Domain
import Foundation
import LocalBus
import NIOCore
import RuntimeProtocols
import TestSupport
import Testing

/// Stop in each phase (spec 02 §6, B2, B8).
@Suite
struct StoppingTests {
    @Test
    func aRunThatDoesNotStreamIsLeftAlone() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let pending = try await house.runs.stop(scope)
            #expect(pending.status == .pending)
            #expect(!pending.alreadyTerminal)
            #expect(!pending.stopped)
            house.worker.play(Events.text("x") + Events.end())
            try await house.talk("Hi", id: "u1", to: scope)
            _ = try await house.ended(scope)
            let over = try await house.runs.stop(scope)
            #expect(over.status == .completed)
            #expect(over.alreadyTerminal)
            #expect(!over.workerCancelled)
            #expect(house.worker.edit { $0.cancelled.count } == 0)
        }
    }

    @Test
    func whatWasAnsweredStaysAndNothingIsLeftOpen() async throws {
        try await House.open { house in
            house.worker.hold(
                after: [
                    .stream(.messageStart), .stream(.blockStart(index: 0, .text)),
                    .stream(.textDelta(index: 0, "Half")),
                    .stream(.blockStart(index: 1, .toolUse(id: "w", name: "Write"))),
                    .stream(.inputDelta(index: 1, "{\"file_path\":\"a\",")), .stream(.messageDelta(Self.usage)),
                ]
            )
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            var reader = answer.stream.makeAsyncIterator()
            var seen = ""
            while !seen.contains("tool-input-delta"), let buffer = try await reader.next() {
                seen += String(buffer: buffer)
            }

            let stop = try await house.runs.stop(scope)
            #expect(stop.stopped)
            #expect(stop.workerCancelled)
            #expect(!stop.alreadyTerminal)
            #expect(stop.status == .failed)
            #expect(stop.failure?.code == .userStopped)
            #expect(stop.failure?.phase == .clientStop)
            let run = try await house.ended(scope)
            #expect(run.messages.last?.text == "Half")
            guard case .tool(let call) = run.messages.last?.parts.last else {
                Issue.record("the call is not kept")
                return
            }
            #expect(call.state == .outputError)
            #expect(call.input == ["file_path": "a"])
            #expect(run.usage?.totalInputTokens == 7)
            while let buffer = try await reader.next() { seen += String(buffer: buffer) }
            #expect(seen.contains("tool-input-error"))
            #expect(!seen.contains("\"type\":\"error\""))
            #expect(seen.hasSuffix("data: {\"type\":\"finish\"}\n\ndata: [DONE]\n\n"))

            house.worker.play(Events.text("Again") + Events.end())
            let retry = try await house.request("Hi", id: "u1", in: scope, retry: true)
            _ = try await House.read(try await house.runs.send(retry, to: scope, by: house.author).stream)
            #expect(try await house.ended(scope).messages.map(\.text) == ["Hi", "Again"])
        }
    }

    private static let usage = RunUsage(
        totalCostUSD: 0,
        models: [
            "m": .init(
                inputTokens: 7,
                outputTokens: 1,
                cacheReadInputTokens: 0,
                cacheCreationInputTokens: 0,
                costUSD: 0
            )
        ]
    )

    @Test
    func aStopBeforeTheWorkerWasCalledCallsItNever() async throws {
        try await House.open { house in
            house.worker.edit { $0.holdsStatus = true }
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the turn asks for the status") { house.worker.waitingForStatus == 1 }
            async let stopping = house.runs.stop(scope)
            try await eventually("the stop is told") { house.supervisor.turn(of: scope.runID)?.stopRequested == true }
            try await eventually("the worker is told") { house.worker.edit { $0.cancelled.count } == 1 }
            house.worker.releaseStatus()
            let stop = try await stopping
            #expect(stop.stopped)
            #expect(!stop.workerCancelled)
            #expect(try await House.read(answer.stream).contains("\"finish\""))
            #expect(try await house.ended(scope).messages.map(\.id) == ["u1"])
            #expect(house.worker.turns.isEmpty)
        }
    }

    @Test
    func aWorkerThatDoesNotListenIsLetGo() async throws {
        try await House.open { house in
            house.worker.edit { $0.ignoresCancel = true }
            house.worker.hold(after: Events.text("Half"))
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            var reader = answer.stream.makeAsyncIterator()
            var seen = ""
            while !seen.contains("Half"), let buffer = try await reader.next() { seen += String(buffer: buffer) }
            let stop = try await house.runs.stop(scope)
            #expect(stop.stopped)
            #expect(stop.failure?.code == .userStopped)
            let before = try await house.ended(scope)
            #expect(house.worker.droppedCount == 1)
            house.worker.send(Events.text("Late") + Events.end())
            house.worker.finish()
            #expect(try await house.run(scope) == before)
            #expect(before.messages.last?.text == "Half")
        }
    }

    @Test
    func aWorkerThatRefusesTheStopIsNamed() async throws {
        try await House.open { house in
            house.worker.edit { $0.cancelError = .unreachable }
            house.worker.hold(after: Events.text("Half"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker is called") { house.worker.turns.count == 1 }
            let stop = try await house.runs.stop(scope)
            #expect(stop.stopped)
            #expect(!stop.workerCancelled)
            #expect(stop.failure?.code == .workerCancelFailed)
            #expect(try await house.ended(scope).status == .failed)
        }
    }

    @Test
    func aTurnThatCannotEndIsEndedUnderItsLeaseAndLaterWritesNothing() async throws {
        try await House.open { house in
            house.worker.edit { $0.holdsStatus = true }
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the turn asks for the status") { house.worker.waitingForStatus == 1 }
            async let stopping = house.runs.stop(scope)
            try await eventually("the worker is told") { house.worker.edit { $0.cancelled.count } == 1 }
            // The turn hangs in a call that nobody can cancel; patience ends.
            try await eventually("the run ends") {
                house.clock.advance(by: .seconds(1))
                return try await house.run(scope).status == .failed
            }
            #expect(try await stopping.stopped)
            let before = try await house.run(scope)
            house.worker.releaseStatus()
            #expect(try await house.ended(scope) == before)
            #expect(house.worker.turns.isEmpty)
        }
    }

    @Test
    func lateChunksOfAStoppedTurnStayOutOfTheNext() async throws {
        try await House.open { house in
            house.worker.edit { $0.ignoresCancel = true }
            house.worker.hold(after: Events.text("Old"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker is called") { house.worker.turns.count == 1 }
            _ = try await house.runs.stop(scope)
            _ = try await house.ended(scope)
            house.worker.hold(after: Events.text("New"))
            let next = try await house.send("Next", id: "u2", to: scope)
            house.worker.send(Events.text("Shared"))
            try await eventually("the worker is called again") { house.worker.turns.count == 2 }
            house.worker.finish()
            let text = try await House.read(next.stream)
            #expect(!text.contains("Old"))
            #expect(try await house.ended(scope).messages.last?.text.contains("Old") == false)
        }
    }

    @Test
    func aShutdownEndsTurnsWithAClearReason() async throws {
        let scopes = AsyncStream<(House, RunScope)>.makeStream()
        try await House.open { house in
            house.worker.hold(after: Events.text("Half"))
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            var reader = answer.stream.makeAsyncIterator()
            var seen = ""
            while !seen.contains("Half"), let buffer = try await reader.next() { seen += String(buffer: buffer) }
            scopes.continuation.yield((house, scope))
        }
        var iterator = scopes.stream.makeAsyncIterator()
        let (house, scope) = try #require(await iterator.next())
        let run = try await house.run(scope)
        #expect(run.status == .failed)
        #expect(run.failure?.retryable == true)
        #expect(run.failure?.message.contains("server was stopped") == true)
        #expect(run.messages.last?.text == "Half")
        #expect(house.worker.droppedCount == 1)
    }
}
