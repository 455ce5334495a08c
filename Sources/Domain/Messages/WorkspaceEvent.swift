/// A hint that something changed, so that pages fetch again: ids, states and times only (spec 01 §14, 02 §19).
package struct WorkspaceEvent: Codable, Sendable, Equatable {
    package enum Scope: String, Codable, Sendable {
        case apps, reviews, memberships
        case teamMemberships = "team-memberships"
        case agentRuns = "agent-runs"
        case integrations, library
        case workspaceAgents = "workspace-agents"
        case auditEvents = "audit-events"
        case workspaceSettings = "workspace-settings"
    }

    package enum Kind: String, Codable, Sendable {
        case appCreated = "app.created"
        case appUpdated = "app.updated"
        case appDeleted = "app.deleted"
        case appPublished = "app.published"
        case memberChanged = "member.changed"
        case runCreated = "run.created"
        case runAutostartScheduled = "run.autostart_scheduled"
        case runStarting = "run.starting"
        case runStreamReady = "run.stream_ready"
        case runCompleted = "run.completed"
        case runFailed = "run.failed"
        case changed
    }

    package var version = 1
    package var type: Kind
    package var workspaceID: Workspace.ID
    package var scope: Scope
    package var at: Timestamp
    package var appID: App.ID?
    package var runID: Run.ID?
    package var runStatus: Run.Status?

    package init(
        _ type: Kind,
        in workspaceID: Workspace.ID,
        scope: Scope,
        at time: Timestamp,
        appID: App.ID? = nil,
        runID: Run.ID? = nil,
        runStatus: Run.Status? = nil
    ) {
        self.type = type
        self.workspaceID = workspaceID
        self.scope = scope
        self.at = time
        self.appID = appID
        self.runID = runID
        self.runStatus = runStatus
    }

    package enum CodingKeys: String, CodingKey {
        case version, type
        case workspaceID = "workspaceId"
        case scope, at
        case appID = "appId"
        case runID = "runId"
        case runStatus
    }
}
