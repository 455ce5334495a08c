import Application
import Bus
import Documents
import Domain
import TestSupport
import Testing

/// What lies beside the usual way of a claim (spec 02 §4, B6, B7).
@Suite
struct ClaimTests {
    private static func claims(_ update: Update) -> Bool {
        update.operations.contains { operation in
            guard case .set("streamLease", _) = operation else { return false }
            return true
        }
    }

    @Test
    func aRunThatIsDeletedAtTheMomentOfItsClaimIsNotFound() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.store.beforeUpdates { update in
                if Self.claims(update) { try await house.tools.runs.deleteAll(of: house.appScope) }
            }
            let answer = try await house.send("Hi", id: "u1", to: scope)
            let headers = Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
            #expect(
                headers == [
                    "x-second-chat-claim-result": "not_found", "x-second-chat-retryable": "false",
                    "x-second-chat-error-code": "claim_rejected",
                ]
            )
            #expect(answer.stream.streamID == nil)
            let text = try await House.read(answer.stream)
            #expect(text.contains(#""type":"error""#))
            #expect(text.hasSuffix("data: [DONE]\n\n"))
            #expect(house.worker.turns.isEmpty)
        }
    }

    // MARK: - Without a bus

    /// One operation on the way from the claim to the stream fails, alone or with everything after it.
    @Test(arguments: [BreakableBus.Operation.createLog, .setValue, .readLog], [false, true])
    func aBusThatFailsAfterTheClaimFailsTheRunAtOnce(operation: BreakableBus.Operation, isAllGone: Bool) async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.line.breakOnly(isAllGone ? [operation, .append, .publish, .finishLog] : [operation])
            await #expect(throws: BreakableBus.Away.self) { try await house.send("Hi", id: "u1", to: scope) }
            let failed = try await house.run(scope)
            #expect(failed.status == .failed)
            #expect(failed.failure?.phase == .claim)
            #expect(failed.failure?.retryable == true)
            #expect(failed.streamLease == nil)
            #expect(failed.messages.map(\.id) == ["u1"])
            #expect(house.worker.turns.isEmpty)

            house.line.breakOnly([])
            house.worker.play(Events.text("Hello") + Events.end())
            try await house.talk("Again", id: "u2", to: scope)
            #expect(try await house.ended(scope).status == .completed)
        }
    }

    @Test(arguments: [BreakableBus.Operation.append, .finishLog, .publish])
    func aTurnEndsWellOnABusThatFailsMeanwhile(operation: BreakableBus.Operation) async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("Hello"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the run is attachable") { try await house.run(scope).activeStreamID != nil }
            house.line.breakOnly([operation])
            house.worker.send(Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect(run.status == .completed)
            #expect(run.messages.last?.text == "Hello")
            #expect(run.streamLease == nil)
        }
    }

    @Test
    func anAbandonedTurnIsClosedThoughItsLogCannotBe() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let message = UIMessage(id: "u1", role: .user, parts: [])
            let lease = try await house.claim(scope, owner: house.supervisor.owner, writing: [message])
            try await house.makeAttachable(scope, lease)
            house.line.breakOnly([.finishLog, .readLog])
            house.clock.advance(by: .seconds(1200))
            #expect(try await house.runs.failStaleRuns() == 1)
            #expect(try await house.run(scope).failure?.phase == .watchdog)
        }
    }
}
