package import Domain
package import NIOCore

/// One object of the UI message stream (spec 02 §7.2); clients check each against a closed schema, so exactly these fields.
package enum UIMessageChunk: Sendable, Equatable {
    case start(messageID: String)
    case textStart(id: String)
    case textDelta(id: String, delta: String)
    case textEnd(id: String)
    case reasoningStart(id: String)
    case reasoningDelta(id: String, delta: String)
    case reasoningEnd(id: String)
    case toolInputStart(toolCallID: String, toolName: String)
    case toolInputDelta(toolCallID: String, inputTextDelta: String)
    case toolInputAvailable(toolCallID: String, toolName: String, input: JSONValue)
    case toolInputError(toolCallID: String, toolName: String, input: JSONValue, errorText: String)
    case toolOutputAvailable(toolCallID: String, output: JSONValue, preliminary: Bool)
    case toolOutputError(toolCallID: String, errorText: String)
    case error(errorText: String)
    case finish

    /// The chunk as JSON, without the frame.
    package func encoded() -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            switch self {
            case .start(let messageID):
                writer.field("type", "start")
                writer.field("messageId", messageID)
            case .textStart(let id): Self.block("text-start", id, nil, &writer)
            case .textDelta(let id, let delta): Self.block("text-delta", id, delta, &writer)
            case .textEnd(let id): Self.block("text-end", id, nil, &writer)
            case .reasoningStart(let id): Self.block("reasoning-start", id, nil, &writer)
            case .reasoningDelta(let id, let delta): Self.block("reasoning-delta", id, delta, &writer)
            case .reasoningEnd(let id): Self.block("reasoning-end", id, nil, &writer)
            case .toolInputStart(let id, let name):
                Self.tool("tool-input-start", id, &writer)
                writer.field("toolName", name)
                writer.field("dynamic", true)
            case .toolInputDelta(let id, let delta):
                Self.tool("tool-input-delta", id, &writer)
                writer.field("inputTextDelta", delta)
            case .toolInputAvailable(let id, let name, let input):
                Self.tool("tool-input-available", id, &writer)
                writer.field("toolName", name)
                writer.key("input")
                writer.value(input)
                writer.field("dynamic", true)
            case .toolInputError(let id, let name, let input, let text):
                Self.tool("tool-input-error", id, &writer)
                writer.field("toolName", name)
                writer.key("input")
                writer.value(input)
                writer.field("errorText", text)
                writer.field("dynamic", true)
            case .toolOutputAvailable(let id, let output, let preliminary):
                Self.tool("tool-output-available", id, &writer)
                writer.key("output")
                writer.value(output)
                writer.field("dynamic", true)
                if preliminary { writer.field("preliminary", true) }
            case .toolOutputError(let id, let text):
                Self.tool("tool-output-error", id, &writer)
                writer.field("errorText", text)
                writer.field("dynamic", true)
            case .error(let text):
                writer.field("type", "error")
                writer.field("errorText", text)
            case .finish:
                writer.field("type", "finish")
            }
        }
        return writer.buffer
    }

    private static func block(_ type: String, _ id: String, _ delta: String?, _ writer: inout JSONWriter) {
        writer.field("type", type)
        writer.field("id", id)
        if let delta { writer.field("delta", delta) }
    }

    private static func tool(_ type: String, _ id: String, _ writer: inout JSONWriter) {
        writer.field("type", type)
        writer.field("toolCallId", id)
    }
}
