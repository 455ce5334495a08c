package import Domain
import Foundation
package import NIOCore

extension UIMessageChunk {
    /// The chunk of a frame that `EventStreamFrame.data` made; `nil` for comments, the end marker and foreign objects.
    package init?(frame: ByteBuffer) {
        let mark = Array("data: ".utf8)
        let line = frame.readableBytesView.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: mark) }
        // What is no JSON is no chunk.
        guard let line, let value = try? JSONValue(parsing: Data(line.dropFirst(mark.count))) else { return nil }
        self.init(value)
    }

    /// The inverse of `encoded()`.
    package init?(_ value: JSONValue) {
        func text(_ name: String) -> String { value[name]?.string ?? "" }
        let call = text("toolCallId")
        switch value["type"]?.string {
        case "start": self = .start(messageID: text("messageId"))
        case "text-start": self = .textStart(id: text("id"))
        case "text-delta": self = .textDelta(id: text("id"), delta: text("delta"))
        case "text-end": self = .textEnd(id: text("id"))
        case "reasoning-start": self = .reasoningStart(id: text("id"))
        case "reasoning-delta": self = .reasoningDelta(id: text("id"), delta: text("delta"))
        case "reasoning-end": self = .reasoningEnd(id: text("id"))
        case "tool-input-start": self = .toolInputStart(toolCallID: call, toolName: text("toolName"))
        case "tool-input-delta": self = .toolInputDelta(toolCallID: call, inputTextDelta: text("inputTextDelta"))
        case "tool-input-available":
            let input = value["input"] ?? .null
            self = .toolInputAvailable(toolCallID: call, toolName: text("toolName"), input: input)
        case "tool-input-error":
            self = .toolInputError(
                toolCallID: call,
                toolName: text("toolName"),
                input: value["input"] ?? .null,
                errorText: text("errorText")
            )
        case "tool-output-available":
            self = .toolOutputAvailable(
                toolCallID: call,
                output: value["output"] ?? .null,
                preliminary: value["preliminary"] == .bool(true)
            )
        case "tool-output-error": self = .toolOutputError(toolCallID: call, errorText: text("errorText"))
        case "error": self = .error(errorText: text("errorText"))
        case "finish": self = .finish
        default: return nil
        }
    }
}
