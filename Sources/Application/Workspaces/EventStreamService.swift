package import Documents
package import Domain

/// What an event stream needs besides hints: who may see what, now, and what is running already (spec 01 §14.2).
package struct EventStreamService: Sendable {
    package let feed: WorkspaceEventFeed
    private let users: UserRepository
    private let workspaces: WorkspaceRepository
    private let apps: AppRepository
    private let runs: RunSummaries
    private let clock: WallClock

    /// Catch-up tells of at most so many runs, and looks for them among at most so many.
    static let maximumCatchUp = 100
    static let maximumLookedAt = 1000

    package init(
        feed: WorkspaceEventFeed,
        users: UserRepository,
        workspaces: WorkspaceRepository,
        apps: AppRepository,
        runs: RunSummaries,
        clock: WallClock
    ) {
        self.feed = feed
        self.users = users
        self.workspaces = workspaces
        self.apps = apps
        self.runs = runs
        self.clock = clock
    }

    /// The person as they are in the workspace now; `nil` when they are no longer in it.
    package func audience(_ userID: User.ID, in workspaceID: Workspace.ID) async throws -> EventAudience? {
        let memberships = try await self.workspaces.memberships(of: userID)
        guard let membership = memberships.first(where: { $0.workspaceID == workspaceID }),
            let user = try await self.users.find(userID)
        else { return nil }
        return EventAudience(
            member: WorkspaceMember(user: user, membership: membership),
            teamIDs: try await self.workspaces.teamIDs(of: userID, in: workspaceID)
        )
    }

    /// Whether the person may still know of this app's runs.
    package func mayFollow(_ app: AppScope, _ userID: User.ID) async throws -> Bool {
        guard let audience = try await self.audience(userID, in: app.workspaceID) else { return false }
        return try await audience.access(self.apps.find(app))?.canCollaborate == true
    }

    /// One hint per running builder turn that this person may know of.
    package func catchUp(for audience: EventAudience) async throws -> [WorkspaceEvent] {
        let workspaceID = audience.member.workspaceID
        var events: [WorkspaceEvent] = []
        for run in try await self.runs.streaming(in: workspaceID, limit: Self.maximumLookedAt) {
            let app = try await self.apps.find(AppScope(workspaceID: workspaceID, appID: run.appID))
            guard audience.access(app)?.canCollaborate == true else { continue }
            guard events.count < Self.maximumCatchUp else { break }
            events.append(
                WorkspaceEvent(
                    run.activeStreamID == nil ? .runStarting : .runStreamReady,
                    in: workspaceID,
                    scope: .agentRuns,
                    at: self.clock.now,
                    appID: run.appID,
                    runID: run.id,
                    runStatus: run.status
                )
            )
        }
        return events
    }
}
