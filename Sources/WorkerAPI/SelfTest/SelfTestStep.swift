/// The first step of a self-test that was missed; the raw values are codes that never change.
package enum SelfTestStep: String, Sendable, CaseIterable {
    case notStarted = "self_test_not_started"
    case noRequest = "self_test_no_request"
    case promptLost = "self_test_prompt_lost"
    case toolNotOffered = "self_test_tool_not_offered"
    case noToolCall = "self_test_no_tool_call"
    case argumentsChanged = "self_test_arguments_changed"
    case noToolResult = "self_test_no_tool_result"
    case noAnswer = "self_test_no_answer"
    case noUsage = "self_test_no_usage"
    case endedBadly = "self_test_ended_badly"
    case timeout = "self_test_timeout"

    /// Completes "Claude Code 2.2.0 does not work with this version of Second: …".
    var sentence: String {
        switch self {
        case .notStarted: "its session did not begin."
        case .noRequest: "it did not ask the model."
        case .promptLost: "the prompts that it was given did not reach the model."
        case .toolNotOffered: "it did not offer the builder's tools to the model."
        case .noToolCall: "a call of the builder's tools did not reach the server."
        case .argumentsChanged: "a call of the builder's tools arrived with other arguments than the model gave."
        case .noToolResult: "the result of a tool did not reach the model."
        case .noAnswer: "the model's answer could not be read from it."
        case .noUsage: "it did not say how many tokens were used."
        case .endedBadly: "its turn was complete, but its process did not end as it should."
        case .timeout: "its turn was not over in time:"
        }
    }
}
