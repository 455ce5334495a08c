/// What tells whether a run's turn is still driven by anybody: everything but its conversation (spec 02 §4).
package struct StreamingRun: Codable, Sendable, Equatable {
    package var id: Run.ID
    package var workspaceID: Workspace.ID
    package var appID: App.ID
    package var status: Run.Status
    package var activeStreamID: String?
    package var streamLease: StreamLease?
    package var updatedAt: Timestamp

    package init(_ run: Run) {
        self.id = run.id
        self.workspaceID = run.workspaceID
        self.appID = run.appID
        self.status = run.status
        self.activeStreamID = run.activeStreamID
        self.streamLease = run.streamLease
        self.updatedAt = run.updatedAt
    }

    package var scope: RunScope { RunScope(workspaceID: self.workspaceID, appID: self.appID, runID: self.id) }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case appID = "appId"
        case status
        case activeStreamID = "activeStreamId"
        case streamLease, updatedAt
    }
}
