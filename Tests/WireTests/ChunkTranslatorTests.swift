import Domain
import Foundation
import RuntimeProtocols
import Testing
import Wire

@Suite
struct ChunkTranslatorTests {
    private static func translate(_ events: [RuntimeEvent]) -> (ChunkTranslator, [UIMessageChunk]) {
        var translator = ChunkTranslator()
        let chunks = events.flatMap { translator.translate($0) }
        return (translator, chunks)
    }

    private static func call(_ id: String, _ name: String, _ input: [String]) -> [RuntimeEvent] {
        [.stream(.blockStart(index: 1, .toolUse(id: id, name: name)))]
            + input.map { .stream(.inputDelta(index: 1, $0)) } + [.stream(.blockStop(index: 1))]
    }

    @Test
    func thinkingTextAndAToolFollowEachOther() {
        let (_, chunks) = Self.translate(
            [
                .started(sessionID: "s", format: "claude-jsonl"), .stream(.messageStart), .thinkingTokens,
                .thinkingTokens,
                .stream(.blockStart(index: 0, .text)), .stream(.textDelta(index: 0, "Hi")),
            ] + Self.call("t", "Write", ["{\"file_path\":", "\"a\"}"])
                + [.toolResult(toolUseID: "t", content: "ok", isError: false)]
        )
        #expect(
            chunks == [
                .reasoningStart(id: "reasoning-1"), .reasoningDelta(id: "reasoning-1", delta: "Thinking…\n"),
                .reasoningEnd(id: "reasoning-1"), .textStart(id: "text-2"), .textDelta(id: "text-2", delta: "Hi"),
                .textEnd(id: "text-2"), .toolInputStart(toolCallID: "t", toolName: "Write"),
                .toolInputDelta(toolCallID: "t", inputTextDelta: "{\"file_path\":"),
                .toolInputDelta(toolCallID: "t", inputTextDelta: "\"a\"}"),
                .toolInputAvailable(toolCallID: "t", toolName: "Write", input: ["file_path": "a"]),
                .toolOutputAvailable(toolCallID: "t", output: "ok", preliminary: false),
            ]
        )
    }

    @Test
    func aWholeMessageIsUsedOnlyWhenNothingWasStreamed() {
        let whole = RuntimeEvent.assistant([.text("whole")])
        let (_, streamed) = Self.translate([
            .stream(.blockStart(index: 0, .text)), .stream(.textDelta(index: 0, "part")), whole,
        ])
        #expect(!streamed.contains(.textDelta(id: "text-2", delta: "whole")))
        let (_, again) = Self.translate([.stream(.textDelta(index: 0, "part")), whole, whole])
        #expect(again.contains { if case .textDelta(_, "whole") = $0 { true } else { false } })
    }

    @Test(arguments: ["", "{\"a\":", "nonsense", "[1"])
    func inputThatIsNoJSONIsAnEmptyObject(text: String) {
        let (_, chunks) = Self.translate(Self.call("t", "Write", [text]))
        #expect(chunks.last == .toolInputAvailable(toolCallID: "t", toolName: "Write", input: [:]))
    }

    @Test
    func resultsForUnknownCallsAreDropped() {
        let (_, chunks) = Self.translate([
            .toolResult(toolUseID: "x", content: "ok", isError: false),
            .toolOutput(toolUseID: "x", delta: "a", output: nil),
        ])
        #expect(chunks.isEmpty)
    }

    @Test
    func aSecondResultReplacesTheFirst() {
        let (_, chunks) = Self.translate(
            Self.call("t", "WebSearch", ["{}"]) + [
                .toolResult(toolUseID: "t", content: "short", isError: false),
                .toolResult(toolUseID: "t", content: "rich", isError: false),
            ]
        )
        #expect(chunks.last == .toolOutputAvailable(toolCallID: "t", output: "rich", preliminary: false))
    }

    @Test
    func aResultWithoutContentIsEmptyText() {
        let (_, chunks) = Self.translate(
            Self.call("t", "Bash", ["{}"]) + [.toolResult(toolUseID: "t", content: .null, isError: false)]
        )
        #expect(chunks.last == .toolOutputAvailable(toolCallID: "t", output: "", preliminary: false))
    }

    @Test
    func theNextMessageFlushesWhatHadNoResult() {
        var (translator, _) = Self.translate(Self.call("t", "mcp__second__present_plan", ["{}"]))
        #expect(
            translator.translate(.stream(.messageStart))
                == [.toolOutputAvailable(toolCallID: "t", output: "Completed", preliminary: false)]
        )
        #expect(translator.tools["t"]?.flushedWithoutOutput == true)
        #expect(translator.tools["t"]?.approvalStop == false)
    }

    @Test(arguments: [
        (#"{"ok":true,"status":"presented"}"#, true), (#"{"ok":false,"status":"invalid"}"#, false),
        ("presented", false),
    ])
    func onlyAPresentedCardStopsTheTurn(result: String, stops: Bool) {
        let content: JSONValue = [["type": "text", "text": .string(result)]]
        let (translator, _) = Self.translate(
            Self.call("t", "mcp__second__present_plan", ["{}"])
                + [.toolResult(toolUseID: "t", content: content, isError: false)]
        )
        #expect(translator.tools["t"]?.approvalStop == stops)
    }

    @Test
    func progressKeepsItsNewestPart() {
        let limit = ChunkTranslator.maximumLiveOutput
        var (translator, _) = Self.translate(Self.call("t", "Bash", ["{}"]))
        let exact = translator.translate(
            .toolOutput(toolUseID: "t", delta: nil, output: String(repeating: "a", count: limit))
        )
        #expect(
            exact == [
                .toolOutputAvailable(
                    toolCallID: "t",
                    output: .string(String(repeating: "a", count: limit)),
                    preliminary: true
                )
            ]
        )
        let over = translator.translate(.toolOutput(toolUseID: "t", delta: "b", output: nil))
        guard case .toolOutputAvailable(_, .string(let text), true) = over.first else {
            Issue.record("no progress")
            return
        }
        #expect(text == ChunkTranslator.cutMarker + String(repeating: "a", count: limit - 1) + "b")
    }

    @Test
    func anInterruptClosesBlocksAndBreaksOpenCalls() {
        var (translator, _) = Self.translate(
            Self.call("done", "Bash", ["{}"]) + [
                .stream(.blockStart(index: 2, .toolUse(id: "half", name: "Write"))),
                .stream(.inputDelta(index: 2, "{\"file_path\":\"a.ts\",\"content\":\"x")),
            ]
        )
        #expect(translator.finish() == nil)
        #expect(
            translator.interrupt(reason: "Stopped.") == [
                .toolInputError(
                    toolCallID: "half",
                    toolName: "Write",
                    input: ["file_path": "a.ts", "content": "x"],
                    errorText: "Stopped."
                ),
                .toolOutputError(toolCallID: "done", errorText: "Stopped."),
            ]
        )
        #expect(translator.interrupt(reason: "Stopped.").isEmpty)
    }

    @Test
    func fiveMegabytesOfInputStayBoundedAndTakeNoTime() {
        var translator = ChunkTranslator()
        var accumulator = MessageAccumulator(messageID: "m")
        _ = translator.translate(.stream(.blockStart(index: 0, .toolUse(id: "t", name: "Write")))).map {
            accumulator.add($0)
        }
        var streamed = 0
        _ = translator.translate(.stream(.inputDelta(index: 0, "{\"content\":\""))).map { accumulator.add($0) }
        let piece = String(repeating: "x", count: 100)
        for _ in 0..<50_000 {
            for chunk in translator.translate(.stream(.inputDelta(index: 0, piece))) {
                if case .toolInputDelta(_, let delta) = chunk { streamed += delta.utf8.count }
                accumulator.add(chunk)
            }
        }
        let stop = translator.translate(.stream(.blockStop(index: 0)))
        #expect(streamed <= ChunkTranslator.maximumInputBytes)
        guard case .toolInputAvailable(_, _, let input) = stop.first else {
            Issue.record("the input is not announced")
            return
        }
        #expect(input["notice"]?.string?.contains("not shown") == true)
        for chunk in stop { accumulator.add(chunk) }
        #expect(String(describing: accumulator.message()).utf8.count < 200_000)
    }
}
