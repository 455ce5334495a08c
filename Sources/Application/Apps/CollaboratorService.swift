package import Documents
package import Domain

/// Who may work on an app beside its creator and the workspace's admins (spec 02 §3.1).
package struct CollaboratorService: Sendable {
    /// Ids in one change; more is no list that a person made.
    package static let maximumCount = 500
    /// People to choose from.
    private static let maximumMembers = 1000

    private let apps: AppRepository
    private let users: UserRepository
    private let workspaces: WorkspaceRepository
    private let publish: WorkspaceService.Publish
    private let clock: WallClock

    package init(
        apps: AppRepository,
        users: UserRepository,
        workspaces: WorkspaceRepository,
        publish: @escaping WorkspaceService.Publish,
        clock: WallClock
    ) {
        self.apps = apps
        self.users = users
        self.workspaces = workspaces
        self.publish = publish
        self.clock = clock
    }

    /// Somebody who could be made a collaborator.
    package struct Candidate: Sendable, Equatable {
        package var user: User
        /// The role's name as stored; one that this version does not know is shown as it is.
        package var roleName: String
    }

    /// The workspace's members, oldest first.
    package func candidates(for opened: OpenedApp) async throws -> [Candidate] {
        let memberships = try await self.workspaces.members(of: opened.app.workspaceID, limit: Self.maximumMembers)
        let users = try await self.users.find(memberships.map(\.userID))
        let byID = Dictionary(users.map { ($0.id, $0) }) { first, _ in first }
        return memberships.compactMap { membership in
            byID[membership.userID].map { Candidate(user: $0, roleName: membership.roleName) }
        }
    }

    /// Replaces the list; ids are trimmed, doubles, the creator and everybody who is no member are left away.
    package func replace(of opened: OpenedApp, with wanted: [String]) async throws -> [User.ID] {
        guard wanted.count <= Self.maximumCount else { throw AppRefusal.invalidBody }
        let ids = wanted.compactMap { User.ID($0.trimmingWhitespace()) }
        var free = try await self.workspaces.members(of: opened.app.workspaceID, among: ids)
        free.remove(opened.app.createdByUserID)
        let kept = ids.filter { free.remove($0) != nil }
        guard kept != opened.app.collaboratorUserIDs else { return kept }
        let changed = try await self.apps.setCollaborators(kept, of: opened.scope, at: self.clock.now)
        guard let changed else { throw AppRefusal.notFound }
        await self.publish(
            WorkspaceEvent(.appUpdated, in: changed.workspaceID, scope: .apps, at: self.clock.now, appID: changed.id)
        )
        return changed.collaboratorUserIDs
    }
}
