/// One message of a conversation as it is stored and shown (spec 02 §7.4).
package struct UIMessage: Codable, Sendable, Equatable {
    package enum Role: String, Codable, Sendable {
        case user, assistant, system
    }

    package var id: String
    package var role: Role
    package var parts: [UIMessagePart]
    package var metadata: Metadata?

    package init(id: String, role: Role, parts: [UIMessagePart], metadata: Metadata? = nil) {
        self.id = id
        self.role = role
        self.parts = parts
        self.metadata = metadata
    }

    /// The text parts joined by line breaks.
    package var text: String {
        self.parts.compactMap { part in
            guard case .text(let block) = part else { return nil }
            return block.text
        }.joined(separator: "\n")
    }

    /// What we add to a message beside its parts.
    package struct Metadata: Codable, Sendable, Equatable {
        package var attachments: [AttachmentRef]?
        /// Who sent it, shown when it was not the reader.
        package var authorUserID: User.ID?
        package var authorName: String?
        package var createdAt: Timestamp?
        /// How a person decided on the card that was waiting before this message (spec 02 B11).
        package var decision: ApprovalDecision?
        /// The revision that was the draft when the turn began, so that it can be restored.
        package var revisionID: SourceRevision.ID?

        package init(
            attachments: [AttachmentRef]? = nil,
            authorUserID: User.ID? = nil,
            authorName: String? = nil,
            createdAt: Timestamp? = nil,
            decision: ApprovalDecision? = nil,
            revisionID: SourceRevision.ID? = nil
        ) {
            self.attachments = attachments
            self.authorUserID = authorUserID
            self.authorName = authorName
            self.createdAt = createdAt
            self.decision = decision
            self.revisionID = revisionID
        }

        package enum CodingKeys: String, CodingKey {
            case attachments
            case authorUserID = "authorUserId"
            case authorName, createdAt, decision
            case revisionID = "revisionId"
        }
    }
}

/// A person's answer to a card that stopped the turn (spec 02 B11).
package struct ApprovalDecision: Codable, Sendable, Equatable {
    package enum Verdict: String, Codable, Sendable {
        case approved
        case changesRequested = "changes_requested"
        case picked
    }

    /// The tool call whose card was answered.
    package var toolCallID: String
    package var verdict: Verdict

    package init(toolCallID: String, verdict: Verdict) {
        self.toolCallID = toolCallID
        self.verdict = verdict
    }

    package enum CodingKeys: String, CodingKey {
        case toolCallID = "toolCallId"
        case verdict
    }
}
