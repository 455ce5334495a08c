import Domain
import Foundation
import Testing
import Wire

@Suite
struct MessageAccumulatorTests {
    private static func message(_ chunks: [UIMessageChunk]) -> UIMessage {
        var accumulator = MessageAccumulator(messageID: "m")
        for chunk in chunks { accumulator.add(chunk) }
        return accumulator.message()
    }

    @Test
    func partsAppearInTheOrderInWhichTheyWereOpened() {
        let message = Self.message([
            .start(messageID: "m"), .reasoningStart(id: "r"), .reasoningDelta(id: "r", delta: "hm"),
            .reasoningEnd(id: "r"),
            .textStart(id: "t"), .textDelta(id: "t", delta: "He"), .textDelta(id: "t", delta: "llo"), .textEnd(id: "t"),
            .toolInputStart(toolCallID: "c", toolName: "Bash"),
            .toolInputAvailable(toolCallID: "c", toolName: "Bash", input: ["command": "ls"]),
            .toolOutputAvailable(toolCallID: "c", output: "a", preliminary: true),
            .toolOutputAvailable(toolCallID: "c", output: "a\nb", preliminary: false), .error(errorText: "x"), .finish,
        ])
        #expect(
            message.parts == [
                .reasoning(.init(text: "hm")), .text(.init(text: "Hello")),
                .tool(
                    .init(
                        toolName: "Bash",
                        toolCallID: "c",
                        state: .outputAvailable,
                        input: ["command": "ls"],
                        output: "a\nb"
                    )
                ),
            ]
        )
    }

    @Test
    func anUnfinishedInputIsReadAsFarAsItHasCome() {
        let message = Self.message([
            .toolInputStart(toolCallID: "c", toolName: "Write"),
            .toolInputDelta(toolCallID: "c", inputTextDelta: #"{"file_path":"src/App.tsx","content":"line \"#),
        ])
        guard case .tool(let call) = message.parts.first else {
            Issue.record("no call")
            return
        }
        #expect(call.state == .inputStreaming)
        #expect(call.input == ["file_path": "src/App.tsx", "content": "line "])
    }

    @Test
    func storedValuesHaveABudget() {
        let long = String(repeating: "é", count: MessageAccumulator.maximumValueBytes)
        var chunks: [UIMessageChunk] = []
        for number in 0..<200 {
            chunks += [
                .toolInputStart(toolCallID: "c\(number)", toolName: "Write"),
                .toolInputAvailable(toolCallID: "c\(number)", toolName: "Write", input: ["content": .string(long)]),
                .toolOutputAvailable(
                    toolCallID: "c\(number)",
                    output: [.string(long), .string(long)],
                    preliminary: false
                ),
            ]
        }
        let message = Self.message(chunks)
        let size = message.parts.reduce(0) { total, part in
            guard case .tool(let call) = part else { return total }
            return total + ((try? call.input?.encoded().count) ?? 0) + ((try? call.output?.encoded().count) ?? 0)
        }
        #expect(size < 3_000_000)
        #expect(size > 1_900_000)
    }

    @Test
    func aBudgetCutsAtItsEdgeAndBetweenScalars() {
        var exact = JSONBudget(4)
        #expect(exact.fit("abcd") == "abcd")
        var over = JSONBudget(4)
        #expect(over.fit("abcde") == "abcd" + JSONBudget.cutMarker)
        var scalar = JSONBudget(3)
        #expect(scalar.fit("éé") == "é" + JSONBudget.cutMarker)
        var list = JSONBudget(10)
        #expect(list.fit(["abcdefgh", "never"]) == ["abcdefgh"])
    }

    @Test(arguments: [
        (#"{"a":1,"b":[1,2"#, #"{"a":1,"b":[1,2]}"#), (#"{"a":"x","b":tr"#, #"{"a":"x"}"#), (#"{"a"#, "{}"),
        (#"[{"x":"\"#, #"[{"x":""}]"#), ("{", "{}"),
    ])
    func partialJSONIsMended(text: String, expected: String) throws {
        #expect(PartialJSON.parse(text) == (try JSONValue(parsing: Data(expected.utf8))))
    }

    @Test(arguments: ["", "}", "]{", "\u{0}"])
    func whatIsNoJSONGivesNothing(text: String) {
        #expect(PartialJSON.parse(text) == nil)
    }
}
