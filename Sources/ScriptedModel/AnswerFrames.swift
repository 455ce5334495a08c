import Domain
import Foundation

/// An answer as the events of the Messages API's stream, made one at a time so that a large one needs little memory.
struct AnswerFrames: Sequence, IteratorProtocol, Sendable {
    private enum Step: Sendable {
        case start
        case open(Int)
        case pieces(Int, Substring.UTF8View)
        case signature(Int)
        case close(Int)
        case delta
        case stop
        case end
    }

    let answer: Script.Answer
    let messageID: String
    let model: String
    let toolUseID: @Sendable (Int) -> String
    private var step = Step.start

    init(answer: Script.Answer, messageID: String, model: String, toolUseID: @escaping @Sendable (Int) -> String) {
        self.answer = answer
        self.messageID = messageID
        self.model = model
        self.toolUseID = toolUseID
    }

    var stopReason: String { self.answer.blocks.contains { $0.tool != nil } ? "tool_use" : "end_turn" }

    /// The next event: its name and its data, or `nil` after the last one.
    mutating func next() -> (name: String, data: JSONValue)? {
        switch self.step {
        case .start:
            self.step = self.answer.blocks.isEmpty ? .delta : .open(0)
            return (
                "message_start", ["type": "message_start", "message": self.message(content: [], stopReason: .null)]
            )
        case .open(let index):
            let block = self.answer.blocks[index]
            self.step = .pieces(index, Self.body(of: block)[...].utf8)
            return (
                "content_block_start",
                [
                    "type": "content_block_start", "index": .integer(Int64(index)),
                    "content_block": self.opening(of: block, index: index),
                ]
            )
        case .pieces(let index, let rest):
            guard !rest.isEmpty else {
                self.step = self.answer.blocks[index].thinking == nil ? .close(index) : .signature(index)
                return self.next()
            }
            let (piece, remainder) = Self.split(rest, after: Swift.max(1, self.answer.piece ?? 40))
            self.step = .pieces(index, remainder)
            return self.delta(index, Self.delta(String(piece), of: self.answer.blocks[index]))
        case .signature(let index):
            self.step = .close(index)
            return self.delta(index, ["type": "signature_delta", "signature": "c2NyaXB0ZWQ="])
        case .close(let index):
            self.step = index + 1 < self.answer.blocks.count ? .open(index + 1) : .delta
            return ("content_block_stop", ["type": "content_block_stop", "index": .integer(Int64(index))])
        case .delta:
            self.step = .stop
            return (
                "message_delta",
                [
                    "type": "message_delta",
                    "delta": ["stop_reason": .string(self.stopReason), "stop_sequence": nil],
                    "usage": ["output_tokens": .integer(Int64(self.answer.outputTokens ?? 20))],
                ]
            )
        case .stop:
            self.step = .end
            return ("message_stop", ["type": "message_stop"])
        case .end: return nil
        }
    }

    /// The whole answer as one message, for clients that ask without a stream.
    func message() -> JSONValue {
        let content = self.answer.blocks.enumerated().map { index, block -> JSONValue in
            var members = self.opening(of: block, index: index).object ?? [:]
            if let text = block.text { members["text"] = .string(text) }
            if let thinking = block.thinking { members["thinking"] = .string(thinking) }
            if block.tool != nil { members["input"] = Self.input(of: block) }
            return .object(members)
        }
        return self.message(content: content, stopReason: .string(self.stopReason))
    }

    private func message(content: [JSONValue], stopReason: JSONValue) -> JSONValue {
        [
            "id": .string(self.messageID), "type": "message", "role": "assistant", "model": .string(self.model),
            "content": .array(content), "stop_reason": stopReason, "stop_sequence": nil,
            "usage": [
                "input_tokens": .integer(Int64(self.answer.inputTokens ?? 100)), "output_tokens": 1,
                "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0,
            ],
        ]
    }

    private func opening(of block: Script.Answer.Block, index: Int) -> JSONValue {
        if let tool = block.tool {
            return ["type": "tool_use", "id": .string(self.toolUseID(index)), "name": .string(tool), "input": [:]]
        }
        return block.thinking == nil
            ? ["type": "text", "text": ""] : ["type": "thinking", "thinking": "", "signature": ""]
    }

    private func delta(_ index: Int, _ delta: JSONValue) -> (name: String, data: JSONValue) {
        (
            "content_block_delta",
            ["type": "content_block_delta", "index": .integer(Int64(index)), "delta": delta]
        )
    }

    private static func delta(_ piece: String, of block: Script.Answer.Block) -> JSONValue {
        if block.tool != nil { return ["type": "input_json_delta", "partial_json": .string(piece)] }
        return block.thinking == nil
            ? ["type": "text_delta", "text": .string(piece)] : ["type": "thinking_delta", "thinking": .string(piece)]
    }

    private static func body(of block: Script.Answer.Block) -> String {
        if let text = block.text ?? block.thinking { return text }
        // The values of a script came from JSON, so that they can be JSON again.
        return (try? self.input(of: block).encoded()).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private static func input(of block: Script.Answer.Block) -> JSONValue {
        guard let padding = block.padding, var members = (block.input ?? [:]).object else { return block.input ?? [:] }
        let line = "The quick brown fox jumps over the lazy dog, again and again.\n"
        let repeats = padding.bytes / line.utf8.count + 1
        members[padding.key] = .string(String(String(repeating: line, count: repeats).utf8.prefix(padding.bytes)) ?? "")
        return .object(members)
    }

    private static func split(
        _ text: Substring.UTF8View,
        after count: Int
    ) -> (piece: Substring, rest: Substring.UTF8View) {
        var end = text.index(text.startIndex, offsetBy: count, limitedBy: text.endIndex) ?? text.endIndex
        // A character is never torn: continuation bytes start with the bits 10.
        while end < text.endIndex, text[end] & 0xC0 == 0x80 { end = text.index(after: end) }
        return (Substring(text[..<end]), text[end...])
    }
}
