package import Domain

/// Builds the assistant's message from its chunks, exactly as clients do (spec 02 §7.4).
package struct MessageAccumulator: Sendable {
    /// A stored tool output or text is cut to this many characters, so that a run stays far from an engine's limit.
    package static let maximumStoredCharacters = 60_000

    package let messageID: String
    private var parts: [UIMessagePart] = []
    private var blocks: [String: Int] = [:]
    private var tools: [String: Int] = [:]
    private var inputs: [String: String] = [:]

    package init(messageID: String) {
        self.messageID = messageID
    }

    package var isEmpty: Bool { self.parts.isEmpty }

    package mutating func add(_ chunk: UIMessageChunk) {
        switch chunk {
        case .start, .finish, .error: break
        case .textStart(let id): self.open(id, .text(.init(text: "", isStreaming: true)))
        case .reasoningStart(let id): self.open(id, .reasoning(.init(text: "", isStreaming: true)))
        case .textDelta(let id, let delta), .reasoningDelta(let id, let delta):
            self.edit(block: id) { $0.text += delta }
        case .textEnd(let id), .reasoningEnd(let id):
            self.edit(block: id) { $0.isStreaming = false }
            self.blocks[id] = nil
        case .toolInputStart(let id, let name):
            self.tools[id] = self.parts.count
            self.inputs[id] = ""
            self.parts.append(.tool(.init(toolName: name, toolCallID: id, state: .inputStreaming)))
        case .toolInputDelta(let id, let delta):
            self.inputs[id]? += delta
        case .toolInputAvailable(let id, let name, let input):
            self.inputs[id] = nil
            self.edit(tool: id, name: name) { call in
                call.state = .inputAvailable
                call.input = input
            }
        case .toolInputError(let id, let name, let input, let text):
            self.inputs[id] = nil
            self.edit(tool: id, name: name) { call in
                call.state = .outputError
                call.input = input
                call.errorText = text
            }
        case .toolOutputAvailable(let id, let output, let preliminary):
            self.edit(tool: id, name: nil) { call in
                call.state = .outputAvailable
                call.output = output
                call.preliminary = preliminary ? true : nil
            }
        case .toolOutputError(let id, let text):
            self.edit(tool: id, name: nil) { call in
                call.state = .outputError
                call.errorText = text
                call.preliminary = nil
            }
        }
    }

    /// The message as it is now, bounded for storage; streaming inputs are read as far as they have come.
    package func message(metadata: UIMessage.Metadata? = nil) -> UIMessage {
        let parts = self.parts.map { part -> UIMessagePart in
            switch part {
            case .text(var block):
                block.text = Self.bounded(block.text)
                return .text(block)
            case .reasoning(var block):
                block.text = Self.bounded(block.text)
                return .reasoning(block)
            case .tool(var call):
                if call.state == .inputStreaming, let text = self.inputs[call.toolCallID] {
                    call.input = PartialJSON.parse(text)
                }
                call.input = call.input.map { Self.bounded($0) }
                call.output = call.output.map { Self.bounded($0) }
                call.errorText = call.errorText.map { Self.bounded($0) }
                return .tool(call)
            }
        }
        return UIMessage(id: self.messageID, role: .assistant, parts: parts, metadata: metadata)
    }

    private mutating func open(_ id: String, _ part: UIMessagePart) {
        self.blocks[id] = self.parts.count
        self.parts.append(part)
    }

    private mutating func edit(block id: String, _ change: (inout UIMessagePart.TextBlock) -> Void) {
        guard let index = self.blocks[id] else { return }
        switch self.parts[index] {
        case .text(var block):
            // Emptied first, so that the text is changed in place and not copied for each delta.
            self.parts[index] = .text(.init(text: ""))
            change(&block)
            self.parts[index] = .text(block)
        case .reasoning(var block):
            self.parts[index] = .reasoning(.init(text: ""))
            change(&block)
            self.parts[index] = .reasoning(block)
        case .tool: break
        }
    }

    private mutating func edit(tool id: String, name: String?, _ change: (inout UIMessagePart.ToolCall) -> Void) {
        if let index = self.tools[id], case .tool(var call) = self.parts[index] {
            change(&call)
            self.parts[index] = .tool(call)
        } else if let name {
            var call = UIMessagePart.ToolCall(toolName: name, toolCallID: id, state: .inputAvailable)
            change(&call)
            self.tools[id] = self.parts.count
            self.parts.append(.tool(call))
        }
    }

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > self.maximumStoredCharacters else { return text }
        return String(text.prefix(self.maximumStoredCharacters)) + "\n… cut for storage …"
    }

    private static func bounded(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(self.bounded(text))
        case .array(let items): .array(items.prefix(2000).map { self.bounded($0) })
        case .object(let members): .object(members.mapValues { self.bounded($0) })
        default: value
        }
    }
}
