import Documents
import Domain
import RuntimeProtocols
import TestSupport
import Testing

@testable import Application

/// A store that fails in the middle of a turn (spec 02 B7).
@Suite
struct BrokenStoreTests {
    private static func writes(_ field: String, _ update: Update) -> Bool {
        update.operations.contains { operation in
            guard case .set(let path, _) = operation else { return false }
            return path == FieldPath(field)
        }
    }

    @Test
    func anAnswerThatCannotBeSavedFailsTheRunInsteadOfHangingIt() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("Hello"))
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker is called") { house.worker.turns.count == 1 }
            house.store.breakUpdates { Self.writes("messages", $0) }
            house.worker.send(Events.end())
            house.worker.finish()
            let text = try await House.read(answer.stream)
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .persistenceFailed)
            #expect(run.messages.map(\.id) == ["u1"])
            #expect(text.contains("could not be saved"))
            #expect(!text.contains("\"finish\""))
        }
    }

    @Test
    func whatAStoreRefusedIsLeftToTheWatchdog() async throws {
        try await House.open { house in
            house.worker.play(Events.text("Hello") + Events.end())
            let scope = try await house.newRun()
            house.store.breakUpdates {
                Self.writes("failure", $0) || Self.writes("messages", $0) && !Self.writes("streamLease", $0)
            }
            let answer = try await house.send("Hi", id: "u1", to: scope)
            _ = try await House.read(answer.stream)
            try await eventually("the turn is let go") { house.supervisor.count == 0 }
            #expect(try await house.run(scope).status == .streaming)
            house.store.breakUpdates(where: nil)
            #expect(try await house.runs.failStaleRuns() == 0)
            house.clock.advance(by: .seconds(60))
            #expect(try await house.runs.failStaleRuns() == 1)
            #expect(try await house.run(scope).failure?.phase == .watchdog)
        }
    }

    /// The first try of the end finds no store, or is written and its answer is lost.
    @Test(arguments: [false, true])
    func aFinishedAnswerWaitsForAStoreThatIsAway(isWritten: Bool) async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("Hello"))
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the answer begins") { house.worker.turns.count == 1 }
            try await eventually("the run is attachable") { try await house.run(scope).activeStreamID != nil }
            house.store.goAway(losingAnswers: isWritten)
            house.worker.send(Events.end())
            house.worker.finish()
            // The timer of checkpoints waits too.
            try await eventually("the turn waits") { house.clock.sleeperCount == 2 }
            house.clock.advance(by: .milliseconds(250))
            try await eventually("the turn waits longer") { house.clock.sleeperCount == 2 }
            house.store.comeBack()
            house.clock.advance(by: .milliseconds(500))
            let text = try await House.read(answer.stream)
            let run = try await house.ended(scope)
            #expect(run.status == .completed)
            #expect(run.messages.map(\.role) == [.user, .assistant])
            #expect(text.contains(#""type":"finish""#))
            #expect(text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test
    func aStoreThatStaysAwayIsLeftToTheWatchdogAfterAMinute() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("Hello"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the run is attachable") { try await house.run(scope).activeStreamID != nil }
            house.store.goAway()
            house.worker.finish()
            try await eventually("the turn is let go") {
                house.clock.advance(by: .seconds(1))
                return house.supervisor.count == 0
            }
            #expect(house.clock.now.offset > StorePatience.limit)
            house.store.comeBack()
            house.clock.advance(by: .seconds(60))
            #expect(try await house.runs.failStaleRuns() == 1)
        }
    }

    @Test
    func aClaimThatFailsChangesNothing() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.store.breakUpdates { Self.writes("streamLease", $0) }
            await #expect(throws: BreakableStore.DiskFull.self) { try await house.send("Hi", id: "u1", to: scope) }
            house.store.breakUpdates(where: nil)
            #expect(try await house.run(scope).status == .pending)
            house.worker.play(Events.text("Hello") + Events.end())
            try await house.talk("Hi", id: "u1", to: scope)
            #expect(try await house.ended(scope).status == .completed)
        }
    }

    @Test
    func aMissedCheckpointIsTriedAgain() async throws {
        try await House.open { house in
            house.store.breakUpdates { Self.writes("partialAnswer", $0) }
            house.worker.hold(after: Events.text("Hello"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the worker is called") { house.worker.turns.count == 1 }
            for _ in 0..<3 {
                try await eventually("the timer waits") { house.clock.sleeperCount == 1 }
                house.clock.advance(by: .seconds(2))
            }
            #expect(try await house.run(scope).partialAnswer == nil)
            house.store.breakUpdates(where: nil)
            try await eventually("the answer is kept") {
                house.clock.advance(by: .seconds(2))
                return try await house.run(scope).partialAnswer?.text == "Hello"
            }
            house.worker.finish()
            #expect(try await house.ended(scope).status == .completed)
        }
    }
}
