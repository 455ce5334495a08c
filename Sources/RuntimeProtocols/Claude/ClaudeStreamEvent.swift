import Domain

/// The `event` of a `stream_event` line.
struct ClaudeStreamEvent: Decodable {
    struct Block: Decodable {
        var type: String
        var id: String?
        var name: String?
    }

    struct Delta: Decodable {
        var type: String?
        var text: String?
        var thinking: String?
        var partialJSON: String?

        enum CodingKeys: String, CodingKey {
            case type, text, thinking
            case partialJSON = "partial_json"
        }
    }

    struct Message: Decodable {
        var id: String?
        var model: String?
        var usage: ClaudeTokens?
    }

    var type: String
    var index: Int?
    var block: Block?
    var delta: Delta?
    var usage: ClaudeTokens?
    var message: Message?

    enum CodingKeys: String, CodingKey {
        case type, index, delta, usage, message
        case block = "content_block"
    }

    var output: ClaudeOutput {
        let index = self.index ?? 0
        switch self.type {
        case "message_start":
            return .messageStart(
                id: self.message?.id ?? "",
                model: self.message?.model ?? "",
                usage: self.message?.usage?.tokens ?? .init()
            )
        case "content_block_start": return self.kind.map { .stream(.blockStart(index: index, $0)) } ?? .ignored
        case "content_block_delta": return self.deltaOutput(index)
        case "content_block_stop": return .stream(.blockStop(index: index))
        case "message_delta": return .messageDelta(self.usage?.tokens ?? .init())
        case "message_stop": return .stream(.messageStop)
        default: return .ignored
        }
    }

    private var kind: RuntimeEvent.BlockKind? {
        switch self.block?.type {
        case "text": .text
        case "thinking": .thinking
        case "redacted_thinking": .redactedThinking
        case "tool_use": .toolUse(id: self.block?.id ?? "", name: self.block?.name ?? "")
        default: nil
        }
    }

    private func deltaOutput(_ index: Int) -> ClaudeOutput {
        switch self.delta?.type {
        case "text_delta": .stream(.textDelta(index: index, self.delta?.text ?? ""))
        case "thinking_delta": .stream(.thinkingDelta(index: index, self.delta?.thinking ?? ""))
        case "input_json_delta": .stream(.inputDelta(index: index, self.delta?.partialJSON ?? ""))
        default: .ignored
        }
    }
}

/// Tokens as the Messages API names them.
struct ClaudeTokens: Decodable {
    var tokens: ClaudeOutput.Tokens

    enum CodingKeys: String, CodingKey {
        case input = "input_tokens"
        case output = "output_tokens"
        case cacheRead = "cache_read_input_tokens"
        case cacheCreation = "cache_creation_input_tokens"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.tokens = ClaudeOutput.Tokens(
            input: try container.decodeIfPresent(Int.self, forKey: .input),
            output: try container.decodeIfPresent(Int.self, forKey: .output),
            cacheRead: try container.decodeIfPresent(Int.self, forKey: .cacheRead),
            cacheCreation: try container.decodeIfPresent(Int.self, forKey: .cacheCreation)
        )
    }
}

/// The `system`/`api_retry` line.
struct ClaudeRetry: Decodable {
    var attempt: Int?
    var limit: Int?
    var status: Int?
    var error: JSONValue?

    enum CodingKeys: String, CodingKey {
        case attempt, error
        case limit = "max_retries"
        case status = "error_status"
    }

    var output: ClaudeOutput {
        let reason = self.status.map { "the provider answered \($0)" } ?? "the provider cannot be reached"
        return .retrying(attempt: self.attempt ?? 1, limit: self.limit ?? 1, reason: reason)
    }
}
