package import Domain

/// What happens in a turn, the same for every runtime (spec 03 §9); on the wire one JSON object per server-sent event.
///
/// Deltas pass through in pieces: no event holds a whole streamed tool input.
package enum RuntimeEvent: Sendable, Equatable {
    /// `system`/`init`: the native session is known.
    case started(sessionID: String, format: String)
    /// `system`/`thinking_tokens`: thinking goes on without text.
    case thinkingTokens
    /// The provider is being asked again: visible as progress, not as failure (spec 03 §22.32).
    case retrying(attempt: Int, limit: Int, reason: String)
    /// `stream_event`.
    case stream(StreamEvent)
    /// `assistant`: complete blocks, used only when no stream event was seen for them.
    case assistant([AssistantBlock])
    /// `user` with `tool_result`.
    case toolResult(toolUseID: String, content: JSONValue, isError: Bool)
    /// Output of a running tool; `output` is all of it so far and wins over `delta`.
    case toolOutput(toolUseID: String, delta: String?, output: String?)
    /// `tool_use_summary`: shown as text.
    case summary(String)
    /// `result`: the turn's end and what it cost.
    case result(TurnResult)

    package enum StreamEvent: Sendable, Equatable {
        case messageStart
        case blockStart(index: Int, BlockKind)
        case textDelta(index: Int, String)
        case thinkingDelta(index: Int, String)
        case inputDelta(index: Int, String)
        case blockStop(index: Int)
        /// All that the turn has used so far, its earlier answers included: each replaces the one before, and the result
        /// replaces them all. For turns that end before their result (spec 02 B12).
        case messageDelta(RunUsage?)
        case messageStop
    }

    package enum BlockKind: Sendable, Equatable {
        case text
        case thinking
        case redactedThinking
        case toolUse(id: String, name: String)
    }

    package enum AssistantBlock: Sendable, Equatable {
        case text(String)
        case thinking(String)
        case redactedThinking
        case toolUse(id: String, name: String, input: JSONValue)
    }

    package struct TurnResult: Sendable, Equatable {
        /// `success`, `error_max_turns`, `error_during_execution`, or what the runtime calls it.
        package var subtype: String?
        package var text: String?
        /// This turn alone, not the session (spec 03 §22.13).
        package var usage: RunUsage
        package var durationMilliseconds: Int
        package var turnCount: Int
        /// The turn ended because a card waits for a person.
        package var isApprovalStop: Bool

        package init(
            subtype: String?,
            text: String?,
            usage: RunUsage,
            durationMilliseconds: Int,
            turnCount: Int,
            isApprovalStop: Bool
        ) {
            self.subtype = subtype
            self.text = text
            self.usage = usage
            self.durationMilliseconds = durationMilliseconds
            self.turnCount = turnCount
            self.isApprovalStop = isApprovalStop
        }
    }
}
