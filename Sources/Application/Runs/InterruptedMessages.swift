package import Domain

/// Answers of a turn that will not go on: blocks are closed, open tools are errors (spec 02 B2).
package enum InterruptedMessages {
    /// The run's messages, and its partial answer if there is one.
    package static func remains(of run: Run) -> [UIMessage] {
        guard let partial = run.partialAnswer, !partial.parts.isEmpty else { return run.messages }
        return run.messages + [self.close(partial)]
    }

    package static func close(_ message: UIMessage) -> UIMessage {
        var closed = message
        closed.parts = message.parts.map { part in
            switch part {
            case .text(let block): return .text(.init(text: block.text))
            case .reasoning(let block): return .reasoning(.init(text: block.text))
            case .tool(var call):
                guard call.state == .inputStreaming || call.state == .inputAvailable || call.preliminary == true else {
                    return part
                }
                call.state = .outputError
                call.preliminary = nil
                call.errorText = "Interrupted."
                return .tool(call)
            }
        }
        return closed
    }
}
