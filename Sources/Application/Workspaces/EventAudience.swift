package import Domain

/// What one person may see of a workspace's hints (spec 01 B19).
package struct EventAudience: Sendable {
    package var member: WorkspaceMember
    package var teamIDs: Set<Team.ID>

    package init(member: WorkspaceMember, teamIDs: Set<Team.ID>) {
        self.member = member
        self.teamIDs = teamIDs
    }

    /// The hint as this person may have it; `nil` for not at all.
    ///
    /// Hints about an app that they cannot see arrive as `changed` without ids, so that lost access still makes a page
    /// fetch again; builder runs concern only people who may collaborate; removals go to all.
    package func view(of hint: WorkspaceEventFeed.Hint) -> WorkspaceEvent? {
        let event = hint.event
        switch event.scope {
        case .auditEvents:
            return self.member.holds(.readAudit) ? event : nil
        case .reviews:
            if self.member.isAdmin { return event }
            return self.access(hint.app)?.canCollaborate == true ? event : nil
        case .agentRuns:
            return self.access(hint.app)?.canCollaborate == true ? event : nil
        case .apps, .integrations:
            guard event.appID != nil, event.type != .appDeleted else { return event }
            return self.access(hint.app) == nil ? Self.anonymous(event) : event
        case .memberships, .teamMemberships, .library, .workspaceAgents, .workspaceSettings:
            return event
        }
    }

    package func access(_ app: App?) -> AppAccess? {
        app.flatMap {
            AppAccess(to: $0, by: self.member.userID, role: self.member.role, teamIDs: self.teamIDs)
        }
    }

    private static func anonymous(_ event: WorkspaceEvent) -> WorkspaceEvent {
        WorkspaceEvent(.changed, in: event.workspaceID, scope: event.scope, at: event.at)
    }
}
