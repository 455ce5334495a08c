package import Domain

/// Workspaces with their memberships and teams (spec 01 §10).
package struct WorkspaceRepository: Sendable {
    private let workspaces: Collection<Workspace>
    private let memberships: Collection<Membership>
    private let teams: Collection<Team>
    private let teamMemberships: Collection<TeamMembership>
    private let identifiers: IdentifierSource

    package init(store: any DocumentStore, identifiers: IdentifierSource) {
        self.workspaces = Collection(Collections.workspaces, in: store)
        self.memberships = Collection(Collections.memberships, in: store)
        self.teams = Collection(Collections.teams, in: store)
        self.teamMemberships = Collection(Collections.teamMemberships, in: store)
        self.identifiers = identifiers
    }

    package func find(_ id: Workspace.ID) async throws -> Workspace? {
        try await self.workspaces.first(where: .text("_id", id.rawValue))
    }

    package func find(_ ids: [Workspace.ID]) async throws -> [Workspace] {
        try await self.workspaces.find(Query(.isIn("_id", ids.map { .string($0.rawValue) })))
    }

    /// A person's memberships, oldest first.
    package func memberships(of userID: User.ID) async throws -> [Membership] {
        try await self.memberships.find(
            Query(.text("userId", userID.rawValue), sort: [.ascending("createdAt"), .ascending("_id")])
        )
    }

    /// The workspace's memberships, oldest first.
    package func members(of workspaceID: Workspace.ID, limit: Int) async throws -> [Membership] {
        try await self.memberships.find(
            Query(
                .workspace(workspaceID),
                sort: [.ascending("createdAt"), .ascending("_id")],
                limit: limit
            )
        )
    }

    /// Those of the people who are members.
    package func members(of workspaceID: Workspace.ID, among ids: [User.ID]) async throws -> Set<User.ID> {
        guard !ids.isEmpty else { return [] }
        let wanted = Filter.isIn("userId", ids.map { .string($0.rawValue) })
        return Set(try await self.memberships.find(Query(.workspace(workspaceID) && wanted)).map(\.userID))
    }

    package func memberCount(of workspaceID: Workspace.ID) async throws -> Int {
        try await self.memberships.count(where: .workspace(workspaceID))
    }

    package func teamIDs(of userID: User.ID, in workspaceID: Workspace.ID) async throws -> Set<Team.ID> {
        let found = try await self.teamMemberships.find(
            Query(.workspace(workspaceID) && .text("userId", userID.rawValue))
        )
        return Set(found.map(\.teamID))
    }

    /// Makes a workspace with its General team and the owner's membership, or nothing at all.
    ///
    /// The id is the name's slug, numbered until it is free; two simultaneous makers get two ids (spec 01 §10, B8).
    package func provision(name: String, owner: User.ID, at time: Timestamp) async throws -> Workspace {
        for candidate in WorkspaceSlug.candidates(for: name) {
            let workspace = Workspace(id: candidate, name: name, createdByUserID: owner, createdAt: time)
            do {
                try await self.workspaces.insert(workspace)
            } catch DocumentStoreError.duplicate {
                continue
            }
            do {
                try await self.join(owner, to: workspace.id, as: .owner, at: time)
                return try await self.find(workspace.id) ?? workspace
            } catch {
                try await self.remove(workspace.id)
                throw error
            }
        }
        throw DocumentStoreError.duplicate(index: "slug")
    }

    /// Makes the person a member and puts them into General; doing it twice changes nothing.
    package func join(_ userID: User.ID, to workspaceID: Workspace.ID, as role: Role, at time: Timestamp) async throws {
        let general = try await self.ensureGeneral(in: workspaceID, createdBy: userID, at: time)
        do {
            try await self.memberships.insert(
                Membership(
                    id: self.identifiers.make(),
                    workspaceID: workspaceID,
                    userID: userID,
                    role: role,
                    createdAt: time
                )
            )
        } catch DocumentStoreError.duplicate {
            // A member already; the team below may still be missing.
        }
        do {
            try await self.teamMemberships.insert(
                TeamMembership(
                    id: self.identifiers.make(),
                    workspaceID: workspaceID,
                    teamID: general.id,
                    userID: userID,
                    createdAt: time
                )
            )
        } catch DocumentStoreError.duplicate {
            // In the team already.
        }
    }

    package func rename(_ workspaceID: Workspace.ID, to name: String, at time: Timestamp) async throws -> Workspace? {
        try await self.workspaces.update(
            where: .text("_id", workspaceID.rawValue),
            [.set("name", .string(name)), .stamp("updatedAt", time)]
        )
    }

    package func setCompanyContext(_ context: String?, of workspaceID: Workspace.ID, at time: Timestamp) async throws {
        _ = try await self.workspaces.update(
            where: .text("_id", workspaceID.rawValue),
            [try .assign("companyContext", context), .stamp("updatedAt", time)]
        )
    }

    package func setRuntimeSettings(
        _ settings: AppRuntimeSettings,
        of workspaceID: Workspace.ID,
        at time: Timestamp
    ) async throws -> Workspace? {
        try await self.workspaces.update(
            where: .text("_id", workspaceID.rawValue),
            [try .assign("appRuntimeSettings", settings), .stamp("updatedAt", time)]
        )
    }

    private func ensureGeneral(
        in workspaceID: Workspace.ID,
        createdBy userID: User.ID,
        at time: Timestamp
    ) async throws -> Team {
        let filter = Filter.workspace(workspaceID) && .text("slug", "general")
        let team: Team
        if let existing = try await self.teams.first(where: filter) {
            team = existing
        } else {
            let fresh = Team(
                id: self.identifiers.make(),
                workspaceID: workspaceID,
                name: "General",
                slug: "general",
                isDefault: true,
                createdByUserID: userID,
                createdAt: time
            )
            team = try await self.teams.upsert(where: filter, [], orInsert: fresh)
        }
        _ = try await self.workspaces.update(
            where: .text("_id", workspaceID.rawValue) && .missing("defaultTeamId"),
            [.set("defaultTeamId", .string(team.id.rawValue))]
        )
        return team
    }

    private func remove(_ workspaceID: Workspace.ID) async throws {
        _ = try await self.memberships.delete(where: .workspace(workspaceID))
        _ = try await self.teamMemberships.delete(where: .workspace(workspaceID))
        _ = try await self.teams.delete(where: .workspace(workspaceID))
        _ = try await self.workspaces.delete(where: .text("_id", workspaceID.rawValue))
    }
}
