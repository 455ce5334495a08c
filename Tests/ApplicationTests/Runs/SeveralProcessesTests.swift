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
import Wire

/// Two web processes over one store, one bus and one worker, with wall clocks five minutes apart (spec 02 B7, B8).
@Suite
struct SeveralProcessesTests {
    private static let skews = [Duration.seconds(300), .seconds(-300)]

    /// Runs the body beside two processes; the second one's wall clock goes wrong by `skew`.
    private static func open(
        skew: Duration,
        _ body: @Sendable @escaping (_ first: House, _ second: House) async throws -> Void
    ) async throws {
        try await House.open { first in
            try await House.open(on: first, owner: "process-2", sharingBus: true, skew: skew) { second in
                try await body(first, second)
            }
        }
    }

    private static func startTurn(_ house: House) async throws -> RunScope {
        house.worker.hold(after: Events.text("Half"))
        let scope = try await house.newRun()
        let answer = try await house.send("Hi", id: "u1", to: scope)
        var reader = answer.stream.makeAsyncIterator()
        var seen = ""
        while !seen.contains("Half"), let buffer = try await reader.next() { seen += String(buffer: buffer) }
        return scope
    }

    @Test(arguments: Self.skews)
    func aLivingTurnIsNeverEndedByAProcessWhoseClockIsWrong(_ skew: Duration) async throws {
        try await Self.open(skew: skew) { first, second in
            try await first.presence.announce()
            let scope = try await Self.startTurn(first)
            #expect(try await second.runs.failStaleRuns() == 0)
            // The owner's document writes stop for longer than any wall-clock rule allows; it still shows that it lives.
            for _ in 0..<80 {
                first.clock.advance(by: .seconds(20))
                try await first.presence.announce()
                #expect(try await second.runs.failStaleRuns() == 0)
            }
            let refused = try await second.send("More", id: "u2", to: scope)
            #expect(refused.headers.contains { $0.value == "already_streaming" })
            #expect(try await second.run(scope).status == .streaming)
        }
    }

    @Test(arguments: Self.skews)
    func aDeadOwnersTurnIsEndedAfterItHasBeenSilent(_ skew: Duration) async throws {
        try await Self.open(skew: skew) { first, second in
            let scope = try await Self.claimAndDie(first, owner: "dead")
            #expect(try await second.runs.failStaleRuns() == 0)
            first.clock.advance(by: .milliseconds(44_999))
            #expect(try await second.runs.failStaleRuns() == 0)
            first.clock.advance(by: .milliseconds(1))
            #expect(try await second.runs.failStaleRuns() == 1)
            let run = try await second.run(scope)
            #expect(run.failure?.code == .staleStreamRecovered)
            #expect(run.failure?.retryable == true)
        }
    }

    @Test(arguments: Self.skews)
    func aBusThatForgotItsValuesEndsNoTurn(_ skew: Duration) async throws {
        try await Self.open(skew: skew) { first, second in
            let scope = try await Self.claimAndDie(first, owner: "forgotten-by-the-bus")
            let lease = try #require(try await first.run(scope).streamLease)
            for _ in 0..<20 {
                // The owner's heartbeats still reach the documents.
                #expect(try await first.tools.runs.beat(scope, lease: lease, at: first.tools.wallClock.now))
                #expect(try await second.runs.failStaleRuns() == 0)
                first.clock.advance(by: .seconds(20))
            }
            #expect(try await second.run(scope).status == .streaming)
        }
    }

    @Test(arguments: Self.skews)
    func aProcessThatHasJustStartedTrustsWallClocksOnlyWithAMargin(_ skew: Duration) async throws {
        try await Self.open(skew: skew) { first, second in
            let scope = try await Self.claimAndDie(first, owner: "dead")
            // Two minutes of silence and five of possible error, as the second process's own clock counts them.
            first.clock.advance(by: .seconds(420) - skew - .milliseconds(1))
            #expect(try await second.runs.failStaleRuns() == 0)
            #expect(try await second.run(scope).status == .streaming)
        }
        try await Self.open(skew: skew) { first, second in
            _ = try await Self.claimAndDie(first, owner: "dead")
            first.clock.advance(by: .seconds(420) - skew)
            #expect(try await second.runs.failStaleRuns() == 1)
        }
    }

    @Test(arguments: Self.skews)
    func aStopAtAnotherProcessReachesTheTurnAndSaysWhy(_ skew: Duration) async throws {
        try await Self.open(skew: skew) { first, second in
            let scope = try await Self.startTurn(first)
            let stop = try await Self.turningTheClock(of: first) { try await second.runs.stop(scope) }
            try await eventually("the turn is let go") { first.supervisor.turn(of: scope.runID) == nil }
            #expect(stop.stopped)
            #expect(stop.workerCancelled)
            #expect(stop.failure?.code == .userStopped)
            #expect(stop.failure?.phase == .clientStop)
            #expect(try await first.run(scope).messages.last?.text == "Half")
            #expect(first.worker.turns.count == 1)
        }
    }

    @Test
    func aStopThatTheWorkerDoesNotHearEndsTheTurnUnderItsLease() async throws {
        try await Self.open(skew: .seconds(300)) { first, second in
            first.worker.edit { $0.cancelError = .unreachable }
            let scope = try await Self.startTurn(first)
            let stop = try await second.runs.stop(scope)
            #expect(stop.stopped)
            #expect(stop.failure?.code == .workerCancelFailed)
            // The owner finds its lease lost at its next step and lets go of the worker.
            try await eventually("the turn is let go") {
                first.clock.advance(by: .seconds(2))
                first.worker.send(Events.text("Late"))
                return first.supervisor.turn(of: scope.runID) == nil
            }
            #expect(first.worker.droppedCount == 1)
            #expect(try await first.run(scope).failure?.code == .workerCancelFailed)
        }
    }

    @Test
    func anOwnerThatIsStoppedBeforeItCallsTheWorkerCallsItNever() async throws {
        try await Self.open(skew: .zero) { first, second in
            first.worker.edit { $0.holdsStatus = true }
            let scope = try await first.newRun()
            try await first.send("Hi", id: "u1", to: scope)
            try await eventually("the turn asks for the status") { first.worker.waitingForStatus == 1 }
            async let stopping = Self.turningTheClock(of: first) { try await second.runs.stop(scope) }
            try await eventually("the worker is told") { first.worker.edit { $0.cancelled.count } == 1 }
            first.worker.releaseStatus()
            try await eventually("the turn is let go") { first.supervisor.turn(of: scope.runID) == nil }
            let stop = try await stopping
            #expect(stop.failure?.code == .userStopped)
            #expect(first.worker.turns.isEmpty)
        }
    }

    @Test
    func whatAnybodySawOfADeadOwnersTurnStays() async throws {
        try await Self.open(skew: .zero) { first, second in
            let scope = try await Self.watchAndDie(first, said: "Everything that was seen", kept: "Everything")
            first.clock.advance(by: .seconds(1))
            #expect(try await second.runs.failStaleRuns() == 0)
            first.clock.advance(by: .seconds(45))
            #expect(try await second.runs.failStaleRuns() == 1)
            let answer = try #require(try await second.run(scope).messages.last)
            #expect(answer.id == "msg-dead")
            #expect(answer.text == "Everything that was seen")
            let run = try await second.run(scope)
            #expect(run.usage?.totalInputTokens == 7, "what it had used is counted")
            #expect(run.partialUsage == nil)
        }
    }

    @Test
    func aLogThatIsBehindTheCheckpointTakesNothingAway() async throws {
        try await Self.open(skew: .zero) { first, second in
            let scope = try await Self.watchAndDie(first, said: "Every", kept: "Everything")
            #expect(try await second.runs.failStaleRuns() == 0)
            first.clock.advance(by: .seconds(45))
            #expect(try await second.runs.failStaleRuns() == 1)
            #expect(try await second.run(scope).messages.last?.text == "Everything")
        }
    }

    /// A turn whose viewers were sent more, or less, than was kept of it when its process ended.
    private static func watchAndDie(_ house: House, said: String, kept: String) async throws -> RunScope {
        let scope = try await Self.claimAndDie(house, owner: "dead")
        let now = house.tools.wallClock.now
        let lease = try #require(try await house.run(scope).streamLease)
        try await house.makeAttachable(scope, lease, streamID: "s1")
        let log = ActiveTurn.log(of: scope.runID, stream: "s1")
        try await house.bus.createLog(log, limits: .turn)
        var checkpoint = MessageAccumulator(messageID: "msg-dead")
        var sequence = 0
        for chunk: UIMessageChunk in [
            .start(messageID: "msg-dead"), .textStart(id: "t"), .textDelta(id: "t", delta: said),
        ] {
            sequence += 1
            _ = try await house.bus.append([EventStreamFrame.data(chunk.encoded(), id: sequence)], to: log)
        }
        for chunk: UIMessageChunk in [.textStart(id: "t"), .textDelta(id: "t", delta: kept)] { checkpoint.add(chunk) }
        let answer = checkpoint.message(metadata: .init(createdAt: now))
        let model = RunUsage.ModelUsage(
            inputTokens: 7,
            outputTokens: 1,
            cacheReadInputTokens: 0,
            cacheCreationInputTokens: 0,
            costUSD: 0
        )
        let usage = RunUsage(totalCostUSD: 0, models: ["m": model])
        #expect(try await house.tools.runs.checkpoint(scope, lease: lease, answer: answer, usage: usage, at: now))
        return scope
    }

    /// Lets time pass, slower than it is, while the operation waits for it.
    private static func turningTheClock<Result: Sendable>(
        of house: House,
        _ operation: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                while !Task.isCancelled {
                    house.clock.advance(by: .milliseconds(5))
                    // Cancelled when the operation is done.
                    try? await Task.sleep(for: .milliseconds(5))
                }
                return nil
            }
            defer { group.cancelAll() }
            return try #require(try await group.next() ?? nil)
        }
    }

    /// A claim whose process does nothing more.
    private static func claimAndDie(_ house: House, owner: String) async throws -> RunScope {
        let scope = try await house.newRun()
        try await house.claim(scope, owner: owner)
        return scope
    }
}
