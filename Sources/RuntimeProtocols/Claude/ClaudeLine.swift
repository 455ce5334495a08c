import Domain

/// The parts of a stdout line that matter; everything else in it is skipped.
struct ClaudeLine: Decodable {
    struct Server: Decodable {
        var name: String
        var status: String
    }

    struct Block: Decodable {
        var type: String
        var text: String?
        var thinking: String?
        var id: String?
        var name: String?
        var input: JSONValue?
        var toolUseID: String?
        var content: JSONValue?
        var isError: Bool?

        enum CodingKeys: String, CodingKey {
            case type, text, thinking, id, name, input, content
            case toolUseID = "tool_use_id"
            case isError = "is_error"
        }
    }

    struct Message: Decodable {
        var id: String?
        var model: String?
        var blocks: [Block]

        enum CodingKeys: String, CodingKey { case id, model, content }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.model = try container.decodeIfPresent(String.self, forKey: .model)
            self.id = try container.decodeIfPresent(String.self, forKey: .id)
            // A plain text instead of blocks says nothing that the stream did not.
            self.blocks = (try? container.decodeIfPresent([Block].self, forKey: .content)) ?? []
        }
    }

    struct Request: Decodable {
        struct HookInput: Decodable {
            var tool: String?
            var response: JSONValue?

            enum CodingKeys: String, CodingKey {
                case tool = "tool_name"
                case response = "tool_response"
            }
        }

        var subtype: String
        var callbackID: String?
        var input: HookInput?

        enum CodingKeys: String, CodingKey {
            case subtype, input
            case callbackID = "callback_id"
        }
    }

    var type: String
    var subtype: String?
    var sessionID: String?
    var parentToolUseID: String?
    var servers: [Server]?
    var event: ClaudeStreamEvent?
    var message: Message?
    var summary: String?
    var requestID: String?
    var request: Request?
    var retry: ClaudeRetry?
    var result: ClaudeResult?

    enum CodingKeys: String, CodingKey {
        case type, subtype, event, message, summary, request
        case sessionID = "session_id"
        case parentToolUseID = "parent_tool_use_id"
        case servers = "mcp_servers"
        case requestID = "request_id"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.type = try container.decode(String.self, forKey: .type)
        switch self.type {
        case "stream_event":
            self.event = try container.decodeIfPresent(ClaudeStreamEvent.self, forKey: .event)
            self.parentToolUseID = try container.decodeIfPresent(String.self, forKey: .parentToolUseID)
        case "assistant", "user":
            self.message = try container.decodeIfPresent(Message.self, forKey: .message)
            self.parentToolUseID = try container.decodeIfPresent(String.self, forKey: .parentToolUseID)
        case "system":
            self.subtype = try container.decodeIfPresent(String.self, forKey: .subtype)
            if self.subtype == "init" {
                self.sessionID = try container.decodeIfPresent(String.self, forKey: .sessionID)
                self.servers = try container.decodeIfPresent([Server].self, forKey: .servers)
            }
            if self.subtype == "api_retry" { self.retry = try ClaudeRetry(from: decoder) }
        case "tool_use_summary": self.summary = try container.decodeIfPresent(String.self, forKey: .summary)
        case "control_request":
            self.requestID = try container.decode(String.self, forKey: .requestID)
            self.request = try container.decodeIfPresent(Request.self, forKey: .request)
        case "result": self.result = try ClaudeResult(from: decoder)
        default: break
        }
    }
}

extension ClaudeLine {
    var outputs: [ClaudeOutput] {
        // Sub-agents are not on offer; what they would say is not the turn's.
        if self.parentToolUseID != nil { return [.ignored] }
        switch self.type {
        case "stream_event": return [self.event?.output ?? .ignored]
        case "assistant":
            let blocks = (self.message?.blocks ?? []).compactMap(Self.assistantBlock)
            guard let message, !blocks.isEmpty else { return [.ignored] }
            return [.assistant(messageID: message.id ?? "", model: message.model ?? "", blocks: blocks)]
        case "user":
            return (self.message?.blocks ?? []).compactMap { block in
                guard block.type == "tool_result", let id = block.toolUseID else { return nil }
                return .toolResult(toolUseID: id, content: block.content ?? .null, isError: block.isError ?? false)
            }
        case "system": return [self.system]
        case "tool_use_summary": return [self.summary.map(ClaudeOutput.summary) ?? .ignored]
        case "control_request": return [self.controlRequest]
        case "result": return [self.result.map(ClaudeOutput.result) ?? .ignored]
        default: return [.ignored]
        }
    }

    private var system: ClaudeOutput {
        switch self.subtype {
        case "init":
            let servers = Dictionary((self.servers ?? []).map { ($0.name, $0.status) }) { _, last in last }
            return .started(sessionID: self.sessionID ?? "", servers: servers)
        case "thinking_tokens": return .thinkingTokens
        case "api_retry": return self.retry?.output ?? .ignored
        default: return .ignored
        }
    }

    private var controlRequest: ClaudeOutput {
        guard let id = self.requestID else { return .ignored }
        guard let request, request.subtype == "hook_callback", request.callbackID == ClaudeInput.approvalCallback else {
            return .request(requestID: id)
        }
        return .approvalHook(
            requestID: id,
            tool: request.input?.tool ?? "",
            result: request.input?.response ?? .null
        )
    }

    private static func assistantBlock(_ block: Block) -> RuntimeEvent.AssistantBlock? {
        switch block.type {
        case "text": .text(block.text ?? "")
        case "thinking": .thinking(block.thinking ?? "")
        case "redacted_thinking": .redactedThinking
        case "tool_use": .toolUse(id: block.id ?? "", name: block.name ?? "", input: block.input ?? [:])
        default: nil
        }
    }
}
