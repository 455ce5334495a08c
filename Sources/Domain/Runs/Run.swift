/// One conversation with the builder about an app (spec 02 §2, `agent_runs`).
package struct Run: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<Run>

    package enum Mode: String, Codable, Sendable {
        case builder
        case workspaceAgent = "workspace_agent"
    }

    package enum Status: String, Codable, Sendable {
        case pending, streaming, completed, failed
    }

    package var id: ID
    package var workspaceID: Workspace.ID
    package var appID: App.ID
    package var mode: Mode
    package var status: Status
    package var messages: [UIMessage]
    /// `messages.count`, kept beside so that guards can compare it.
    package var messageCount: Int
    /// The answer of the running turn as of its last checkpoint; part of `messages` only once the turn has ended.
    package var partialAnswer: UIMessage?
    /// What the running turn had used at that time; part of `usage` only once the turn has ended.
    package var partialUsage: RunUsage?
    /// Non-null only while viewers can attach.
    package var activeStreamID: String?
    package var streamLease: StreamLease?
    package var failure: RunFailure?
    /// The newest answer ended with a card that a person has to decide about (spec 02 §12.1).
    package var awaitsDecision: Bool?
    package var sessionState: ProviderSessionState?
    /// One per runtime id.
    package var runtimeSessionStates: [String: ProviderSessionState]?
    package var attachments: [AttachmentRef]
    package var pendingAttachments: [AttachmentRef]
    package var usage: RunUsage?
    /// A prompt written by the platform that the next opened chat sends by itself.
    package var autoStartPrompt: String?
    package var createdByUserID: User.ID
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        workspaceID: Workspace.ID,
        appID: App.ID,
        mode: Mode = .builder,
        createdByUserID: User.ID,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.appID = appID
        self.mode = mode
        self.status = .pending
        self.messages = []
        self.messageCount = 0
        self.attachments = []
        self.pendingAttachments = []
        self.createdByUserID = createdByUserID
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case appID = "appId"
        case mode, status, messages, messageCount, partialAnswer, partialUsage
        case activeStreamID = "activeStreamId"
        case streamLease, failure, awaitsDecision, sessionState, runtimeSessionStates, attachments, pendingAttachments,
            usage
        case autoStartPrompt
        case createdByUserID = "createdByUserId"
        case createdAt, updatedAt
    }
}

/// The full parent chain of a run; repositories take it whole, so that no query can forget the tenant.
package struct RunScope: Hashable, Sendable {
    package let workspaceID: Workspace.ID
    package let appID: App.ID
    package let runID: Run.ID

    package init(workspaceID: Workspace.ID, appID: App.ID, runID: Run.ID) {
        self.workspaceID = workspaceID
        self.appID = appID
        self.runID = runID
    }

    package var app: AppScope { AppScope(workspaceID: self.workspaceID, appID: self.appID) }
}

/// The full parent chain of an app.
package struct AppScope: Hashable, Sendable {
    package let workspaceID: Workspace.ID
    package let appID: App.ID

    package init(workspaceID: Workspace.ID, appID: App.ID) {
        self.workspaceID = workspaceID
        self.appID = appID
    }
}
