package import Domain

/// Builds the assistant's message from its chunks, exactly as clients do (spec 02 §7.4), within limits for storage.
package struct MessageAccumulator: Sendable {
    /// One text, input or output keeps at most this many bytes.
    package static let maximumValueBytes = 60_000
    /// When all inputs and outputs together have reached this, later ones keep `minimumValueBytes`.
    package static let maximumMessageBytes = 2_000_000
    package static let minimumValueBytes = 1000

    package let messageID: String
    private var parts: [UIMessagePart] = []
    private var blocks: [String: Int] = [:]
    private var tools: [String: Int] = [:]
    private var inputs: [String: String] = [:]
    private var keptBytes = 0

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
            self.edit(block: id) { block in
                guard block.text.utf8.count <= Self.maximumValueBytes else { return }
                block.text += delta
            }
        case .textEnd(let id), .reasoningEnd(let id):
            self.edit(block: id) { block in
                var budget = JSONBudget(Self.maximumValueBytes)
                block.text = budget.fit(block.text)
                block.isStreaming = false
            }
            self.blocks[id] = nil
        case .toolInputStart(let id, let name):
            self.tools[id] = self.parts.count
            self.inputs[id] = ""
            self.parts.append(.tool(.init(toolName: name, toolCallID: id, state: .inputStreaming)))
        case .toolInputDelta(let id, let delta):
            // A snapshot shows no more of it anyway.
            guard let count = self.inputs[id]?.utf8.count, count <= Self.maximumValueBytes else { return }
            self.inputs[id]? += delta
        case .toolInputAvailable(let id, let name, let input):
            self.inputs[id] = nil
            let kept = self.keep(input)
            self.edit(tool: id, name: name) { call in
                call.state = .inputAvailable
                call.input = kept
            }
        case .toolInputError(let id, let name, let input, let text):
            self.inputs[id] = nil
            let kept = self.keep(input)
            self.edit(tool: id, name: name) { call in
                call.state = .outputError
                call.input = kept
                call.errorText = text
            }
        case .toolOutputAvailable(let id, let output, let preliminary):
            let kept = preliminary ? output : self.keep(output)
            self.edit(tool: id, name: nil) { call in
                call.state = .outputAvailable
                call.output = kept
                call.preliminary = preliminary ? true : nil
            }
        case .toolOutputError(let id, let text):
            let kept = self.keep(.string(text)).string
            self.edit(tool: id, name: nil) { call in
                call.state = .outputError
                call.errorText = kept
                call.preliminary = nil
            }
        }
    }

    /// The message as it is now; streaming inputs are read as far as they have come.
    package func message(metadata: UIMessage.Metadata? = nil) -> UIMessage {
        let parts = self.parts.map { part -> UIMessagePart in
            guard case .tool(var call) = part, call.state == .inputStreaming, let text = self.inputs[call.toolCallID]
            else { return part }
            var budget = JSONBudget(Self.maximumValueBytes)
            call.input = PartialJSON.parse(text).map { budget.fit($0) }
            return .tool(call)
        }
        return UIMessage(id: self.messageID, role: .assistant, parts: parts, metadata: metadata)
    }

    private mutating func keep(_ value: JSONValue) -> JSONValue {
        let limit = self.keptBytes < Self.maximumMessageBytes ? Self.maximumValueBytes : Self.minimumValueBytes
        var budget = JSONBudget(limit)
        let kept = budget.fit(value)
        self.keptBytes += limit - max(0, budget.remaining)
        return kept
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
}
