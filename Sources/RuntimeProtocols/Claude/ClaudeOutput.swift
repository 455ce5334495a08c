package import Domain

/// What a line of Claude Code's stdout says (spec 03 §10.3).
package enum ClaudeOutput: Sendable, Equatable {
    /// `init`: the session and, by name, how its tool servers are.
    case started(sessionID: String, servers: [String: String])
    case thinkingTokens
    case retrying(attempt: Int, limit: Int, reason: String)
    /// The start of an answer, with the tokens that went in.
    case messageStart(id: String, model: String, usage: Tokens)
    case stream(RuntimeEvent.StreamEvent)
    /// More tokens of the running answer.
    case messageDelta(Tokens)
    /// A finished block of an answer; `<synthetic>` is the model of texts that the CLI made up about an error.
    case assistant(messageID: String, model: String, blocks: [RuntimeEvent.AssistantBlock])
    case toolResult(toolUseID: String, content: JSONValue, isError: Bool)
    case summary(String)
    /// The hook of the approval tools asks what to do.
    case approvalHook(requestID: String, tool: String, result: JSONValue)
    /// Any other request to the host.
    case request(requestID: String)
    case result(ClaudeResult)
    /// Lines without a meaning here.
    case ignored

    /// What the API counts; a part is absent when an event does not carry it.
    package struct Tokens: Sendable, Equatable {
        package var input: Int?
        package var output: Int?
        package var cacheRead: Int?
        package var cacheCreation: Int?

        package init(input: Int? = nil, output: Int? = nil, cacheRead: Int? = nil, cacheCreation: Int? = nil) {
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheCreation = cacheCreation
        }
    }
}

/// The `result` line.
package struct ClaudeResult: Sendable, Equatable {
    package var subtype: String?
    package var isError: Bool
    /// Such as `completed`, `hook_stopped`, `max_turns`, `api_error`, `aborted_streaming`.
    package var terminalReason: String?
    package var text: String?
    package var errors: [String]
    package var apiErrorStatus: Int?
    /// From `model_usage_since_last_result`: this turn alone.
    package var usage: RunUsage
    package var durationMilliseconds: Int
    package var turnCount: Int

    package init(
        subtype: String?,
        isError: Bool = false,
        terminalReason: String? = nil,
        text: String? = nil,
        errors: [String] = [],
        apiErrorStatus: Int? = nil,
        usage: RunUsage = RunUsage(totalCostUSD: 0, models: [:]),
        durationMilliseconds: Int = 0,
        turnCount: Int = 0
    ) {
        self.subtype = subtype
        self.isError = isError
        self.terminalReason = terminalReason
        self.text = text
        self.errors = errors
        self.apiErrorStatus = apiErrorStatus
        self.usage = usage
        self.durationMilliseconds = durationMilliseconds
        self.turnCount = turnCount
    }
}
