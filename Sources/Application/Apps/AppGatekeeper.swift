package import Documents
package import Domain

/// Opens apps for people: the one way from an id in a request to an app (spec 02 §1).
package struct AppGatekeeper: Sendable {
    package typealias FindApp = @Sendable (AppScope) async throws -> App?
    package typealias FindTeams = @Sendable (Workspace.ID, User.ID) async throws -> Set<Team.ID>

    private let findApp: FindApp
    private let findTeams: FindTeams

    package init(findApp: @escaping FindApp, findTeams: @escaping FindTeams) {
        self.findApp = findApp
        self.findTeams = findTeams
    }

    /// `nil` when there is no such app in this workspace, or none that this person may know of.
    package func open(_ appID: App.ID, for member: WorkspaceMember) async throws -> OpenedApp? {
        guard let app = try await self.findApp(AppScope(workspaceID: member.workspaceID, appID: appID)) else {
            return nil
        }
        if let access = AppAccess(to: app, by: member.userID, role: member.role, teamIDs: []) {
            return OpenedApp(app: app, access: access)
        }
        // Only for others do teams decide.
        let teamIDs = try await self.findTeams(member.workspaceID, member.userID)
        return AppAccess(to: app, by: member.userID, role: member.role, teamIDs: teamIDs)
            .map { OpenedApp(app: app, access: $0) }
    }
}

/// An app with what the person who opened it may do.
package struct OpenedApp: Sendable {
    package let app: App
    package let access: AppAccess

    package init(app: App, access: AppAccess) {
        self.app = app
        self.access = access
    }

    package var scope: AppScope { AppScope(workspaceID: self.app.workspaceID, appID: self.app.id) }
}

extension AppGatekeeper {
    package init(apps: AppRepository, workspaces: WorkspaceRepository) {
        self.init(
            findApp: { try await apps.find($0) },
            findTeams: { try await workspaces.teamIDs(of: $1, in: $0) }
        )
    }
}
