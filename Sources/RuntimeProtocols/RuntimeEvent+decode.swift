package import Domain

extension RuntimeEvent {
    /// Reads what `json(runtimeID:)` wrote; `nil` for events that this version does not know, which are passed over.
    package init?(json: JSONValue) {
        switch json["type"]?.string {
        case "system": self.init(system: json)
        case "stream_event":
            guard let event = json["event"].flatMap(StreamEvent.init(json:)) else { return nil }
            self = .stream(event)
        case "assistant":
            guard let blocks = json["message"]?["content"]?.array else { return nil }
            self = .assistant(blocks.compactMap(AssistantBlock.init(json:)))
        case "user":
            let blocks = json["message"]?["content"]?.array ?? []
            guard let block = blocks.first(where: { $0["type"]?.string == "tool_result" }),
                let id = block["tool_use_id"]?.string
            else { return nil }
            let isError = block["is_error"]?.bool ?? false
            self = .toolResult(toolUseID: id, content: block["content"] ?? "", isError: isError)
        case "tool_output_delta":
            guard let id = (json["tool_use_id"] ?? json["toolCallId"])?.string else { return nil }
            self = .toolOutput(toolUseID: id, delta: json["delta"]?.string, output: json["output"]?.string)
        case "tool_use_summary":
            guard let summary = json["summary"]?.string else { return nil }
            self = .summary(summary)
        case "result": self = .result(TurnResult(json: json))
        default: return nil
        }
    }

    private init?(system json: JSONValue) {
        switch json["subtype"]?.string {
        case "init":
            guard let id = (json["providerSessionState"]?["sessionId"] ?? json["session_id"])?.string else {
                return nil
            }
            self = .started(sessionID: id, format: json["providerSessionState"]?["format"]?.string ?? "claude-jsonl")
        case "thinking_tokens": self = .thinkingTokens
        case "api_retry":
            self = .retrying(
                attempt: json["attempt"].integerValue,
                limit: json["max_retries"].integerValue,
                reason: json["error"]?.string ?? ""
            )
        default: return nil
        }
    }
}

extension RuntimeEvent.StreamEvent {
    init?(json: JSONValue) {
        let index = json["index"].integerValue
        switch json["type"]?.string {
        case "message_start": self = .messageStart
        case "message_stop": self = .messageStop
        case "message_delta": self = .messageDelta(json["modelUsage"] == nil ? nil : RunUsage(runtime: json))
        case "content_block_start":
            guard let kind = json["content_block"].flatMap(RuntimeEvent.BlockKind.init(json:)) else { return nil }
            self = .blockStart(index: index, kind)
        case "content_block_stop": self = .blockStop(index: index)
        case "content_block_delta":
            let delta = json["delta"]
            switch delta?["type"]?.string {
            case "text_delta": self = .textDelta(index: index, delta?["text"]?.string ?? "")
            case "thinking_delta": self = .thinkingDelta(index: index, delta?["thinking"]?.string ?? "")
            case "input_json_delta": self = .inputDelta(index: index, delta?["partial_json"]?.string ?? "")
            default: return nil
            }
        default: return nil
        }
    }
}

extension RuntimeEvent.BlockKind {
    init?(json: JSONValue) {
        switch json["type"]?.string {
        case "text": self = .text
        case "thinking": self = .thinking
        case "redacted_thinking": self = .redactedThinking
        case "tool_use":
            guard let id = json["id"]?.string, let name = json["name"]?.string else { return nil }
            self = .toolUse(id: id, name: name)
        default: return nil
        }
    }
}

extension RuntimeEvent.AssistantBlock {
    init?(json: JSONValue) {
        switch json["type"]?.string {
        case "text": self = .text(json["text"]?.string ?? "")
        case "thinking": self = .thinking(json["thinking"]?.string ?? "")
        case "redacted_thinking": self = .redactedThinking
        case "tool_use":
            guard let id = json["id"]?.string, let name = json["name"]?.string else { return nil }
            self = .toolUse(id: id, name: name, input: json["input"] ?? .object([:]))
        default: return nil
        }
    }
}

extension RuntimeEvent.TurnResult {
    init(json: JSONValue) {
        self.init(
            subtype: json["subtype"]?.string,
            text: json["result"]?.string,
            usage: RunUsage(runtime: json),
            durationMilliseconds: json["duration_ms"].integerValue,
            turnCount: json["num_turns"].integerValue,
            isApprovalStop: json["terminal_reason"]?.string == "hook_stopped"
        )
    }
}

extension RunUsage {
    fileprivate init(runtime json: JSONValue) {
        let models = (json["modelUsage"]?.object ?? [:]).mapValues { usage in
            ModelUsage(
                inputTokens: usage["inputTokens"].integerValue,
                outputTokens: usage["outputTokens"].integerValue,
                cacheReadInputTokens: usage["cacheReadInputTokens"].integerValue,
                cacheCreationInputTokens: usage["cacheCreationInputTokens"].integerValue,
                costUSD: usage["costUSD"]?.double ?? 0
            )
        }
        self.init(totalCostUSD: json["total_cost_usd"]?.double ?? 0, models: models)
    }
}

extension JSONValue? {
    fileprivate var integerValue: Int { Int(clamping: self?.integer ?? 0) }
}
