import Domain
import Foundation
import RuntimeProtocols
import Testing

@Suite struct RuntimeEventCodingTests {
    static let usage = RunUsage(
        totalCostUSD: 0.25,
        models: [
            "claude-opus-4.8": .init(
                inputTokens: 1,
                outputTokens: 2,
                cacheReadInputTokens: 3,
                cacheCreationInputTokens: 4,
                costUSD: 0.25
            )
        ]
    )

    static let events: [RuntimeEvent] = [
        .started(sessionID: "s-1", format: "claude-jsonl"), .thinkingTokens,
        .retrying(attempt: 2, limit: 10, reason: "overloaded"), .stream(.messageStart),
        .stream(.blockStart(index: 0, .text)), .stream(.blockStart(index: 1, .thinking)),
        .stream(.blockStart(index: 2, .redactedThinking)),
        .stream(.blockStart(index: 3, .toolUse(id: "t", name: "Write"))),
        .stream(.textDelta(index: 0, "a\u{2028}\"<b>\u{1B}[1m")), .stream(.thinkingDelta(index: 1, "hm")),
        .stream(.inputDelta(index: 3, "{\"a")), .stream(.blockStop(index: 3)), .stream(.messageDelta(nil)),
        .stream(.messageDelta(Self.usage)), .stream(.messageStop),
        .assistant([
            .text("t"), .thinking("h"), .redactedThinking, .toolUse(id: "t", name: "Bash", input: ["c": [1, nil]]),
        ]),
        .toolResult(toolUseID: "t", content: [["type": "text", "text": "done"]], isError: false),
        .toolResult(toolUseID: "t", content: "failed", isError: true),
        .toolOutput(toolUseID: "t", delta: "more", output: nil), .toolOutput(toolUseID: "t", delta: nil, output: "all"),
        .summary("did things"),
        .result(
            .init(
                subtype: "success",
                text: "bye",
                usage: Self.usage,
                durationMilliseconds: 12,
                turnCount: 3,
                isApprovalStop: true
            )
        ),
    ]

    @Test(arguments: Self.events)
    func anEventComesBackAsItWent(_ event: RuntimeEvent) throws {
        let bytes = try event.json(runtimeID: .claudeCode).encoded()
        #expect(RuntimeEvent(json: try JSONValue(parsing: bytes)) == event)
    }

    @Test(arguments: ["{}", #"{"type":"new"}"#, #"{"type":"stream_event"}"#, #"{"type":"user","message":{}}"#, "7"])
    func whatIsUnknownIsPassedOver(_ json: String) throws {
        #expect(RuntimeEvent(json: try JSONValue(parsing: Data(json.utf8))) == nil)
    }

    @Test func modelsKeepTheirPlainNamesOnTheWire() throws {
        let json = RuntimeEvent.stream(.messageDelta(Self.usage)).json(runtimeID: .claudeCode)
        #expect(json["event"]?["modelUsage"]?["claude-opus-4.8"]?["inputTokens"] == 1)
    }
}
