/// One part of a message: text, reasoning or a tool call with its result (spec 02 §7.4).
package enum UIMessagePart: Sendable, Equatable {
    case text(TextBlock)
    case reasoning(TextBlock)
    case tool(ToolCall)

    package struct TextBlock: Sendable, Equatable {
        package var text: String
        package var isStreaming: Bool

        package init(text: String, isStreaming: Bool = false) {
            self.text = text
            self.isStreaming = isStreaming
        }
    }

    package struct ToolCall: Sendable, Equatable {
        package enum State: String, Codable, Sendable {
            case inputStreaming = "input-streaming"
            case inputAvailable = "input-available"
            case outputAvailable = "output-available"
            case outputError = "output-error"
        }

        package var toolName: String
        package var toolCallID: String
        package var state: State
        package var input: JSONValue?
        package var output: JSONValue?
        package var errorText: String?
        package var preliminary: Bool?

        package init(
            toolName: String,
            toolCallID: String,
            state: State,
            input: JSONValue? = nil,
            output: JSONValue? = nil,
            errorText: String? = nil,
            preliminary: Bool? = nil
        ) {
            self.toolName = toolName
            self.toolCallID = toolCallID
            self.state = state
            self.input = input
            self.output = output
            self.errorText = errorText
            self.preliminary = preliminary
        }
    }
}

extension UIMessagePart: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, text, state, toolName
        case toolCallID = "toolCallId"
        case input, output, errorText, preliminary
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "text", "reasoning":
            let block = TextBlock(
                text: try container.decode(String.self, forKey: .text),
                isStreaming: try container.decodeIfPresent(String.self, forKey: .state) == "streaming"
            )
            self = type == "text" ? .text(block) : .reasoning(block)
        case "dynamic-tool":
            self = .tool(
                ToolCall(
                    toolName: try container.decode(String.self, forKey: .toolName),
                    toolCallID: try container.decode(String.self, forKey: .toolCallID),
                    state: try container.decode(ToolCall.State.self, forKey: .state),
                    input: try container.decodeIfPresent(JSONValue.self, forKey: .input),
                    output: try container.decodeIfPresent(JSONValue.self, forKey: .output),
                    errorText: try container.decodeIfPresent(String.self, forKey: .errorText),
                    preliminary: try container.decodeIfPresent(Bool.self, forKey: .preliminary)
                )
            )
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .type,
                in: container,
                debugDescription: "Known parts are text, reasoning and dynamic-tool."
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let block), .reasoning(let block):
            try container.encode(self.typeName, forKey: .type)
            try container.encode(block.text, forKey: .text)
            try container.encode(block.isStreaming ? "streaming" : "done", forKey: .state)
        case .tool(let call):
            try container.encode(self.typeName, forKey: .type)
            try container.encode(call.toolName, forKey: .toolName)
            try container.encode(call.toolCallID, forKey: .toolCallID)
            try container.encode(call.state, forKey: .state)
            try container.encodeIfPresent(call.input, forKey: .input)
            try container.encodeIfPresent(call.output, forKey: .output)
            try container.encodeIfPresent(call.errorText, forKey: .errorText)
            try container.encodeIfPresent(call.preliminary, forKey: .preliminary)
        }
    }

    private var typeName: String {
        switch self {
        case .text: "text"
        case .reasoning: "reasoning"
        case .tool: "dynamic-tool"
        }
    }
}
