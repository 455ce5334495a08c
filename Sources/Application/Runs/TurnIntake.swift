package import Domain
import Wire

/// Decides what a chat request means for a run: a new turn, a duplicate, or a refusal (spec 02 §4, B4, B5, B12).
///
/// Pure.
package enum TurnIntake {
    /// What the claim would write.
    package struct Plan: Sendable, Equatable {
        /// The history that the turn starts from, the new or repeated user message last.
        package var messages: [UIMessage]
        package var isRerun: Bool
        /// The run's newest attachments, those of the new message last (spec 02 §5.2, B19).
        package var attachments: [AttachmentRef]
    }

    package enum Verdict: Sendable, Equatable {
        case start(Plan)
        /// The same message again while its turn runs: nothing to say.
        case duplicate
        /// Another message while a turn runs.
        case busy
        case staleInput
        /// A card waits for a person and this message does not answer it.
        case approvalPending
    }

    package struct Author: Sendable {
        package var id: User.ID
        package var name: String

        package init(id: User.ID, name: String) {
            self.id = id
            self.name = name
        }
    }

    package static func judge(
        _ request: ChatRequest,
        on run: Run,
        by author: Author,
        draft: SourceRevision.ID?,
        at time: Timestamp
    )
        -> Verdict
    {
        let newest = request.messages.last { $0.role == .user }
        if run.status == .streaming {
            // Ids decide, not counts: a message that the run does not hold must never be swallowed as a duplicate.
            return newest.map { message in run.messages.contains { $0.id == message.id } } ?? true ? .duplicate : .busy
        }
        guard let newest else { return .staleInput }
        if let retryID = request.retryLastMessageID {
            return self.rerun(retryID, newest, request, run, author, draft, time)
        }

        let known = run.messages.map(\.id)
        let sent = request.messages.map(\.id)
        guard sent.count > known.count, Array(sent.prefix(known.count)) == known, !known.contains(newest.id),
            !newest.text.trimmingWhitespace().isEmpty || !newest.attachments.isEmpty || !request.attachments.isEmpty
        else { return .staleInput }
        let waiting = PendingApproval.find(in: run.messages)
        if let waiting, newest.decision?.toolCallID != waiting.toolCallID { return .approvalPending }
        var message = self.message(newest, request, run, author, draft, time)
        // Without a card that waits there is nothing to decide, and the builder must not be told that there was (B11).
        if waiting == nil { message.metadata?.decision = nil }
        return .start(self.plan(run.messages + [message], isRerun: false, run))
    }

    private static func rerun(
        _ retryID: String,
        _ newest: ChatRequest.Message,
        _ request: ChatRequest,
        _ run: Run,
        _ author: Author,
        _ draft: SourceRevision.ID?,
        _ time: Timestamp
    ) -> Verdict {
        guard newest.id == retryID,
            run.status == .completed || (run.status == .failed && run.failure?.retryable == true),
            let index = run.messages.lastIndex(where: { $0.role == .user && $0.id == retryID }),
            request.messages.prefix(index).map(\.id) == run.messages.prefix(index).map(\.id)
        else { return .staleInput }
        guard PendingApproval.find(in: run.messages) == nil else { return .approvalPending }
        var message = self.message(newest, request, run, author, draft, time)
        if newest.text.trimmingWhitespace().isEmpty { message.parts = run.messages[index].parts }
        // The decision that a repeated message carried stays with it, and is one about the card before it.
        let decided = PendingApproval.find(in: Array(run.messages[..<index]))?.toolCallID
        message.metadata?.decision = [newest.decision, run.messages[index].metadata?.decision].compactMap(\.self)
            .first { $0.toolCallID == decided }
        return .start(self.plan(Array(run.messages[..<index]) + [message], isRerun: true, run))
    }

    private static func plan(_ messages: [UIMessage], isRerun: Bool, _ run: Run) -> Plan {
        let latest = messages.last?.metadata?.attachments ?? []
        let earlier = run.attachments.filter { known in !latest.contains { $0.id == known.id } }
        let all = (earlier + latest).suffix(AttachmentRules.maximumPerRun)
        return Plan(messages: messages, isRerun: isRerun, attachments: Array(all))
    }

    private static func message(
        _ newest: ChatRequest.Message,
        _ request: ChatRequest,
        _ run: Run,
        _ author: Author,
        _ draft: SourceRevision.ID?,
        _ time: Timestamp
    ) -> UIMessage {
        var attachments: [AttachmentRef] = []
        for candidate in request.attachments + newest.attachments + run.pendingAttachments
        where !attachments.contains(where: { $0.id == candidate.id })
            && attachments.count < AttachmentRules.maximumCount
        {
            attachments.append(candidate)
        }
        return UIMessage(
            id: newest.id,
            role: .user,
            parts: [.text(.init(text: newest.text))],
            metadata: .init(
                attachments: attachments.isEmpty ? nil : attachments,
                authorUserID: author.id,
                authorName: author.name,
                createdAt: time,
                decision: newest.decision,
                revisionID: draft
            )
        )
    }
}

/// The card that waits for a person, derived from the messages alone (spec 02 §12.2).
package enum PendingApproval {
    package static func find(in messages: [UIMessage]) -> UIMessagePart.ToolCall? {
        for message in messages.reversed() {
            guard message.role == .assistant else { return nil }
            for part in message.parts.reversed() {
                guard case .tool(let call) = part, let tool = ApprovalTool(rawValue: call.toolName) else { continue }
                guard call.state == .outputAvailable, call.preliminary != true, let output = call.output,
                    tool.stops(on: output)
                else { return nil }
                return call
            }
        }
        return nil
    }
}
