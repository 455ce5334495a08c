import Domain
import Foundation
package import RuntimeProtocols

/// Turns a turn's events into chunks that obey the order rules of spec 02 §7.3 and the table of §8.2.
///
/// A value: events in, chunks out. Memory is bounded: a streamed input is kept up to `maximumInputBytes` for its parse.
package struct ChunkTranslator: Sendable {
    package static let cutMarker = "… earlier output is not shown …\n"

    /// What is known of one tool call of this turn.
    package struct ToolCall: Sendable, Equatable {
        package var name: String
        package var inputAvailable = false
        package var outputAvailable = false
        /// It ended without a result of its own: the model went on.
        package var flushedWithoutOutput = false
        /// Its result waits for a person.
        package var approvalStop = false
        /// What a running tool has printed, cut to its end.
        package var liveOutput = ""
    }

    package static let maximumInputBytes = 1_500_000
    /// A running tool's output is cut to its newest characters.
    package static let maximumLiveOutput = 20_000

    package private(set) var tools: [String: ToolCall] = [:]
    /// The calls in the order in which they were announced.
    package private(set) var order: [String] = []
    package private(set) var result: RuntimeEvent.TurnResult?

    private enum Block {
        case text
        case thinking
        case tool(id: String, buffered: String, overflowed: Bool)
    }

    private var blocks: [Int: Block] = [:]
    private var openText: String?
    private var openReasoning: String?
    private var reasoningHasText = false
    private var nextBlock = 0
    private var sawStreamEvent = false

    package init() {}

    package mutating func translate(_ event: RuntimeEvent) -> [UIMessageChunk] {
        switch event {
        case .started: return []
        case .thinkingTokens: return self.thinkingPlaceholder()
        case .retrying(let attempt, let limit, let reason):
            return self.whole(text: "Retrying (\(attempt) of \(limit)): \(reason)", isReasoning: true)
        case .stream(let event):
            self.sawStreamEvent = true
            return self.translate(event)
        case .assistant(let blocks):
            defer { self.sawStreamEvent = false }
            return self.sawStreamEvent ? [] : blocks.flatMap { self.whole($0) }
        case .toolResult(let id, let content, let isError): return self.resolve(id, content, isError)
        case .toolOutput(let id, let delta, let output): return self.progress(id, delta, output)
        case .summary(let text): return self.whole(text: text, isReasoning: false)
        case .result(let result):
            self.result = result
            return []
        }
    }

    /// The regular end: everything is closed and resolved.
    ///
    /// - Returns: `nil` when the turn ended in the middle of a tool's input, which is a broken turn: interrupt instead.
    package mutating func finish() -> [UIMessageChunk]? {
        if self.blocks.values.contains(where: { if case .tool = $0 { true } else { false } }) { return nil }
        return self.closeBlocks() + self.flush()
    }

    /// A broken or stopped turn: blocks are closed, half-written inputs and open tools become errors.
    package mutating func interrupt(reason: String) -> [UIMessageChunk] {
        var chunks = self.closeBlocks()
        for index in self.blocks.keys.sorted() {
            guard case .tool(let id, let buffered, _) = self.blocks[index], self.tools[id]?.inputAvailable == false
            else { continue }
            self.tools[id]?.outputAvailable = true
            let input = PartialJSON.parse(buffered) ?? .object([:])
            self.tools[id]?.inputAvailable = true
            chunks.append(
                .toolInputError(toolCallID: id, toolName: self.tools[id]?.name ?? "", input: input, errorText: reason)
            )
        }
        self.blocks.removeAll()
        for id in self.order where self.tools[id]?.outputAvailable == false {
            guard let call = self.tools[id] else { continue }
            self.tools[id]?.outputAvailable = true
            self.tools[id]?.inputAvailable = true
            chunks.append(
                call.inputAvailable
                    ? .toolOutputError(toolCallID: id, errorText: reason)
                    : .toolInputError(toolCallID: id, toolName: call.name, input: [:], errorText: reason)
            )
        }
        return chunks
    }

    // MARK: - Streamed blocks

    private mutating func translate(_ event: RuntimeEvent.StreamEvent) -> [UIMessageChunk] {
        switch event {
        case .messageStart:
            self.blocks.removeAll()
            return self.closeBlocks() + self.flush()
        case .blockStart(let index, .text):
            self.blocks[index] = .text
            return self.closeReasoning()
        case .blockStart(let index, .thinking), .blockStart(let index, .redactedThinking):
            self.blocks[index] = .thinking
            return self.closeText()
        case .blockStart(let index, .toolUse(let id, let name)):
            // The same call again would break the order of its chunks: the first one counts.
            guard self.tools[id] == nil else { return self.closeBlocks() }
            self.blocks[index] = .tool(id: id, buffered: "", overflowed: false)
            return self.closeBlocks() + self.announce(id, name)
        case .textDelta(_, let delta):
            return delta.isEmpty ? [] : self.ensureText() + [.textDelta(id: self.openText ?? "", delta: delta)]
        case .thinkingDelta(_, let delta):
            if delta.isEmpty { return self.thinkingPlaceholder() }
            let opened = self.ensureReasoning()
            self.reasoningHasText = true
            return opened + [.reasoningDelta(id: self.openReasoning ?? "", delta: delta)]
        case .inputDelta(let index, let delta):
            guard case .tool(let id, var buffered, var overflowed) = self.blocks[index], !delta.isEmpty,
                self.tools[id]?.inputAvailable == false
            else { return [] }
            // Out of the dictionary first, so that the buffer grows in place and is not copied for each delta.
            self.blocks[index] = nil
            if buffered.utf8.count + delta.utf8.count > Self.maximumInputBytes { overflowed = true }
            if !overflowed { buffered += delta }
            self.blocks[index] = .tool(id: id, buffered: buffered, overflowed: overflowed)
            // Past the limit the page gets no more of it either: nobody can read megabytes.
            return overflowed ? [] : [.toolInputDelta(toolCallID: id, inputTextDelta: delta)]
        case .blockStop(let index):
            switch self.blocks.removeValue(forKey: index) {
            case .text: return self.closeText()
            case .thinking: return self.closeReasoning()
            case .tool(let id, let buffered, let overflowed): return self.completeInput(id, buffered, overflowed)
            case nil: return []
            }
        case .messageDelta, .messageStop: return []
        }
    }

    private mutating func completeInput(_ id: String, _ buffered: String, _ overflowed: Bool) -> [UIMessageChunk] {
        guard let call = self.tools[id], !call.inputAvailable else { return [] }
        self.tools[id]?.inputAvailable = true
        if overflowed {
            let text = "The input is longer than \(Self.maximumInputBytes) bytes and is not shown."
            return [.toolInputAvailable(toolCallID: id, toolName: call.name, input: ["notice": .string(text)])]
        }
        var input = JSONValue.object([:])
        // Invalid or empty input is `{}`.
        if let parsed = try? JSONValue(parsing: Data(buffered.utf8)) { input = parsed }
        return [.toolInputAvailable(toolCallID: id, toolName: call.name, input: input)]
    }

    // MARK: - Whole blocks

    private mutating func whole(_ block: RuntimeEvent.AssistantBlock) -> [UIMessageChunk] {
        switch block {
        case .text(let text): return self.whole(text: text, isReasoning: false)
        case .thinking(let text):
            return text.isEmpty ? self.thinkingPlaceholder() : self.whole(text: text, isReasoning: true)
        case .redactedThinking: return self.thinkingPlaceholder() + self.closeReasoning()
        case .toolUse(let id, let name, let input):
            guard self.tools[id] == nil else { return [] }
            var chunks = self.closeBlocks() + self.announce(id, name)
            self.tools[id]?.inputAvailable = true
            chunks.append(.toolInputAvailable(toolCallID: id, toolName: name, input: input))
            return chunks
        }
    }

    private mutating func whole(text: String, isReasoning: Bool) -> [UIMessageChunk] {
        guard !text.isEmpty else { return [] }
        let closing = self.closeBlocks()
        if isReasoning {
            let opening = self.ensureReasoning()
            self.reasoningHasText = true
            return closing + opening + [.reasoningDelta(id: self.openReasoning ?? "", delta: text)]
                + self.closeReasoning()
        }
        return closing + self.ensureText() + [.textDelta(id: self.openText ?? "", delta: text)] + self.closeText()
    }

    // MARK: - Tools

    private mutating func announce(_ id: String, _ name: String) -> [UIMessageChunk] {
        guard self.tools[id] == nil else { return [] }
        self.tools[id] = ToolCall(name: name)
        self.order.append(id)
        return [.toolInputStart(toolCallID: id, toolName: name)]
    }

    private mutating func resolve(_ id: String, _ content: JSONValue, _ isError: Bool) -> [UIMessageChunk] {
        // A result for a call that was never announced is dropped.
        guard let call = self.tools[id] else { return [] }
        var chunks: [UIMessageChunk] = []
        if !call.inputAvailable {
            self.tools[id]?.inputAvailable = true
            chunks.append(.toolInputAvailable(toolCallID: id, toolName: call.name, input: [:]))
        }
        self.tools[id]?.outputAvailable = true
        self.tools[id]?.flushedWithoutOutput = false
        self.tools[id]?.liveOutput = ""
        self.tools[id]?.approvalStop = !isError && ApprovalTool(rawValue: call.name)?.stops(on: content) == true
        let text = ToolText.flatten(content)
        return chunks
            + [
                isError
                    ? .toolOutputError(toolCallID: id, errorText: text)
                    : .toolOutputAvailable(
                        toolCallID: id,
                        // The schema asks for an output, and `null` is none.
                        output: content == .null ? "" : content,
                        preliminary: false
                    )
            ]
    }

    private mutating func progress(_ id: String, _ delta: String?, _ output: String?) -> [UIMessageChunk] {
        guard let call = self.tools[id], call.inputAvailable, !call.outputAvailable else { return [] }
        var text = output ?? call.liveOutput + (delta ?? "")
        // Bytes are counted in no time; scalars only where it may matter.
        if text.utf8.count > Self.maximumLiveOutput, text.unicodeScalars.count > Self.maximumLiveOutput {
            text = Self.cutMarker + String(text.unicodeScalars.suffix(Self.maximumLiveOutput))
        }
        self.tools[id]?.liveOutput = text
        return [.toolOutputAvailable(toolCallID: id, output: .string(text), preliminary: true)]
    }

    private mutating func flush() -> [UIMessageChunk] {
        var chunks: [UIMessageChunk] = []
        for id in self.order where self.tools[id]?.outputAvailable == false {
            if self.tools[id]?.inputAvailable == false, let call = self.tools[id] {
                self.tools[id]?.inputAvailable = true
                chunks.append(.toolInputAvailable(toolCallID: id, toolName: call.name, input: [:]))
            }
            self.tools[id]?.outputAvailable = true
            self.tools[id]?.flushedWithoutOutput = true
            chunks.append(.toolOutputAvailable(toolCallID: id, output: "Completed", preliminary: false))
        }
        return chunks
    }

    // MARK: - Text and reasoning

    private mutating func ensureText() -> [UIMessageChunk] {
        if self.openText != nil { return [] }
        let closing = self.closeReasoning()
        let id = self.freshID("text")
        self.openText = id
        return closing + [.textStart(id: id)]
    }

    private mutating func ensureReasoning() -> [UIMessageChunk] {
        if self.openReasoning != nil { return [] }
        let closing = self.closeText()
        let id = self.freshID("reasoning")
        self.openReasoning = id
        self.reasoningHasText = false
        return closing + [.reasoningStart(id: id)]
    }

    private mutating func thinkingPlaceholder() -> [UIMessageChunk] {
        let opened = self.ensureReasoning()
        guard !self.reasoningHasText else { return opened }
        self.reasoningHasText = true
        return opened + [.reasoningDelta(id: self.openReasoning ?? "", delta: "Thinking…\n")]
    }

    private mutating func closeText() -> [UIMessageChunk] {
        guard let id = self.openText else { return [] }
        self.openText = nil
        return [.textEnd(id: id)]
    }

    private mutating func closeReasoning() -> [UIMessageChunk] {
        guard let id = self.openReasoning else { return [] }
        self.openReasoning = nil
        return [.reasoningEnd(id: id)]
    }

    private mutating func closeBlocks() -> [UIMessageChunk] {
        self.closeText() + self.closeReasoning()
    }

    private mutating func freshID(_ kind: String) -> String {
        self.nextBlock += 1
        return "\(kind)-\(self.nextBlock)"
    }
}
