import Domain
import Foundation
import NIOCore
import RuntimeProtocols
import Testing
import Wire

/// An outside judge reads every kind of chunk that we send (architecture §8).
@Suite
struct ChunkJudgeTests {
    private static let python = ProcessInfo.processInfo.environment["SECOND_TEST_PYTHON"]
    private static let isRequired = ProcessInfo.processInfo.environment["CI"] != nil

    @Test(
        .enabled(
            if: Self.python != nil || Self.isRequired,
            "SECOND_TEST_PYTHON names no Python with scripts/test-requirements.txt installed"
        )
    )
    func theVercelAITypesKnowEveryChunk() throws {
        let python = try #require(Self.python)
        let chunks = Self.everyKind + (UInt64(1)...40).flatMap { Self.stream(seed: $0) }
        let lines = chunks.map { String(buffer: $0.encoded()) + "\n" }.joined()
        let file = FileManager.default.temporaryDirectory.appending(path: "chunks-\(UUID().uuidString).jsonl")
        try Data(lines.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // Left to the system when it cannot be removed.

        let judge = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "chunk-judge/judge.py")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [judge.path, file.path]
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text.prefix(2000))")
    }

    private static let hostile = "\u{202E}<script>\u{0}\u{1B}[31m\u{2028}\"\\"

    private static let everyKind: [UIMessageChunk] = [
        .start(messageID: "msg-1"), .reasoningStart(id: "r"), .reasoningDelta(id: "r", delta: hostile),
        .reasoningEnd(id: "r"),
        .textStart(id: "t"), .textDelta(id: "t", delta: hostile), .textEnd(id: "t"),
        .toolInputStart(toolCallID: "c", toolName: "Write"), .toolInputDelta(toolCallID: "c", inputTextDelta: hostile),
        .toolInputAvailable(toolCallID: "c", toolName: "Write", input: ["a": nil, "b": [1, 2.json, true]]),
        .toolInputError(toolCallID: "d", toolName: "Write", input: [:], errorText: hostile),
        .toolOutputAvailable(toolCallID: "c", output: "running", preliminary: true),
        .toolOutputAvailable(toolCallID: "c", output: [["type": "text", "text": "x"]], preliminary: false),
        .toolOutputError(toolCallID: "c", errorText: hostile), .error(errorText: hostile), .finish,
    ]

    private static func stream(seed: UInt64) -> [UIMessageChunk] {
        var translator = ChunkTranslator()
        let chunks = RandomEvents.make(60, seed: seed).flatMap { translator.translate($0) }
        return chunks + translator.interrupt(reason: "Interrupted.")
    }
}

extension Int {
    fileprivate var json: JSONValue { .number(Double(self) + 0.5) }
}
