package import Domain
import Foundation

extension RuntimeEvent {
    /// The event as the worker sends it: shaped like the stream messages of Claude Code (spec 03 §9).
    package func json(runtimeID: RuntimeID) -> JSONValue {
        switch self {
        case .started(let sessionID, let format):
            return [
                "type": "system", "subtype": "init", "session_id": .string(sessionID),
                "providerSessionState": [
                    "runtimeId": .string(runtimeID.rawValue), "sessionId": .string(sessionID),
                    "format": .string(format),
                ],
            ]
        case .thinkingTokens:
            return ["type": "system", "subtype": "thinking_tokens"]
        case .retrying(let attempt, let limit, let reason):
            return [
                "type": "system", "subtype": "api_retry", "attempt": .integer(Int64(attempt)),
                "max_retries": .integer(Int64(limit)), "error": .string(reason),
            ]
        case .stream(let event):
            return ["type": "stream_event", "event": event.json]
        case .assistant(let blocks):
            return ["type": "assistant", "message": ["content": .array(blocks.map(\.json))]]
        case .toolResult(let id, let content, let isError):
            var block: [String: JSONValue] = ["type": "tool_result", "tool_use_id": .string(id), "content": content]
            if isError { block["is_error"] = true }
            return ["type": "user", "message": ["content": [.object(block)]]]
        case .toolOutput(let id, let delta, let output):
            var members: [String: JSONValue] = ["type": "tool_output_delta", "tool_use_id": .string(id)]
            members["delta"] = delta.map(JSONValue.string)
            members["output"] = output.map(JSONValue.string)
            return .object(members)
        case .summary(let text):
            return ["type": "tool_use_summary", "summary": .string(text)]
        case .result(let result):
            return result.json
        }
    }
}

extension RuntimeEvent.StreamEvent {
    var json: JSONValue {
        switch self {
        case .messageStart: ["type": "message_start"]
        case .blockStart(let index, let kind):
            ["type": "content_block_start", "index": .integer(Int64(index)), "content_block": kind.json]
        case .textDelta(let index, let text): Self.delta(index, ["type": "text_delta", "text": .string(text)])
        case .thinkingDelta(let index, let text):
            Self.delta(index, ["type": "thinking_delta", "thinking": .string(text)])
        case .inputDelta(let index, let text):
            Self.delta(index, ["type": "input_json_delta", "partial_json": .string(text)])
        case .blockStop(let index): ["type": "content_block_stop", "index": .integer(Int64(index))]
        case .messageDelta(let usage):
            if let usage {
                .object(["type": "message_delta"].merging(usage.runtimeMembers) { own, _ in own })
            } else {
                ["type": "message_delta"]
            }
        case .messageStop: ["type": "message_stop"]
        }
    }

    private static func delta(_ index: Int, _ delta: JSONValue) -> JSONValue {
        ["type": "content_block_delta", "index": .integer(Int64(index)), "delta": delta]
    }
}

extension RuntimeEvent.BlockKind {
    var json: JSONValue {
        switch self {
        case .text: ["type": "text"]
        case .thinking: ["type": "thinking"]
        case .redactedThinking: ["type": "redacted_thinking"]
        case .toolUse(let id, let name): ["type": "tool_use", "id": .string(id), "name": .string(name)]
        }
    }
}

extension RuntimeEvent.AssistantBlock {
    var json: JSONValue {
        switch self {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .thinking(let text): ["type": "thinking", "thinking": .string(text)]
        case .redactedThinking: ["type": "redacted_thinking"]
        case .toolUse(let id, let name, let input):
            ["type": "tool_use", "id": .string(id), "name": .string(name), "input": input]
        }
    }
}

extension RuntimeEvent.TurnResult {
    var json: JSONValue {
        var members = self.usage.runtimeMembers
        members["type"] = "result"
        members["subtype"] = self.subtype.map(JSONValue.string)
        members["result"] = self.text.map(JSONValue.string)
        members["duration_ms"] = .integer(Int64(self.durationMilliseconds))
        members["num_turns"] = .integer(Int64(self.turnCount))
        if self.isApprovalStop { members["terminal_reason"] = "hook_stopped" }
        return .object(members)
    }
}

extension RunUsage {
    /// `total_cost_usd` and `modelUsage` under plain model ids.
    fileprivate var runtimeMembers: [String: JSONValue] {
        let models = self.byModel.map { key, usage in
            (
                key.removingPercentEncoding ?? key,
                [
                    "inputTokens": .integer(Int64(usage.inputTokens)),
                    "outputTokens": .integer(Int64(usage.outputTokens)),
                    "cacheReadInputTokens": .integer(Int64(usage.cacheReadInputTokens)),
                    "cacheCreationInputTokens": .integer(Int64(usage.cacheCreationInputTokens)),
                    "costUSD": .number(usage.costUSD),
                ] as JSONValue
            )
        }
        return [
            "total_cost_usd": .number(self.totalCostUSD),
            "modelUsage": .object(Dictionary(models) { first, _ in first }),
        ]
    }
}
