import Domain
import NIOCore
import Testing
import Wire

@Suite
struct ChunkReadingTests {
    private static let all: [UIMessageChunk] = [
        .start(messageID: "m"), .textStart(id: "t"), .textDelta(id: "t", delta: "\u{202E}\"\\\n🙂\u{0}"),
        .textEnd(id: "t"),
        .reasoningStart(id: "r"), .reasoningDelta(id: "r", delta: "data: x"), .reasoningEnd(id: "r"),
        .toolInputStart(toolCallID: "c", toolName: "Write"), .toolInputDelta(toolCallID: "c", inputTextDelta: "{\"a\""),
        .toolInputAvailable(toolCallID: "c", toolName: "Write", input: ["a": [1, .number(2.5), nil, true]]),
        .toolInputError(toolCallID: "c", toolName: "Write", input: "broken", errorText: "No."),
        .toolOutputAvailable(toolCallID: "c", output: ["b": "x"], preliminary: true),
        .toolOutputAvailable(toolCallID: "c", output: nil, preliminary: false),
        .toolOutputError(toolCallID: "c", errorText: "No."), .error(errorText: "Ended."), .finish,
    ]

    @Test(arguments: Self.all)
    func aChunkIsReadAsItWasSent(_ chunk: UIMessageChunk) {
        #expect(UIMessageChunk(frame: EventStreamFrame.data(chunk.encoded(), id: 7)) == chunk)
        #expect(UIMessageChunk(frame: EventStreamFrame.data(chunk.encoded(), id: nil)) == chunk)
    }

    @Test(arguments: ["", "\n\n", ": keep-alive\n\n", "data: [DONE]\n\n", "data: {}\n\n", "data: {\n\n", "id: 3\n\n"])
    func whatIsNoChunkIsNone(_ frame: String) {
        #expect(UIMessageChunk(frame: ByteBuffer(string: frame)) == nil)
    }
}
