import Application
import Domain
import RuntimeProtocols
import Testing

/// What a turn without a result has used is counted, and counted once (spec 02 §18, B12).
@Suite
struct PartialUsageTests {
    /// What the runtime tells after each answer: all of the turn so far.
    private static func told(_ input: Int, _ output: Int) -> RuntimeEvent {
        .stream(
            .messageDelta(
                RunUsage(
                    totalCostUSD: 0,
                    models: [
                        "m": .init(
                            inputTokens: input,
                            outputTokens: output,
                            cacheReadInputTokens: 0,
                            cacheCreationInputTokens: 0,
                            costUSD: 0
                        )
                    ]
                )
            )
        )
    }

    @Test(arguments: [true, false])
    func aTurnWithoutAResultCountsWhatWasToldLast(breaks: Bool) async throws {
        try await House.open { house in
            let events =
                Events.text("One") + [Self.told(7, 1), Self.told(7, 5)] + Events.text("Two") + [Self.told(19, 9)]
            if breaks {
                house.worker.play(events, thenFail: .failed("It broke."))
            } else {
                house.worker.play(events)
            }
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let usage = try #require(try await house.ended(scope).usage)
            #expect(usage.totalInputTokens == 19)
            #expect(usage.totalOutputTokens == 9)
            #expect(usage.byModel["m"]?.inputTokens == 19)
        }
    }

    @Test
    func theResultWinsOverWhatWasToldBefore() async throws {
        try await House.open { house in
            house.worker.play(Events.text("x") + [Self.told(7, 1), Self.told(90, 9)] + Events.end(tokens: 100))
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let usage = try #require(try await house.ended(scope).usage)
            #expect(usage.totalInputTokens == 100)
            #expect(usage.byModel["m"] == nil)
        }
    }
}
