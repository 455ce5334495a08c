/// A group of members to whom apps are published (spec 01 §8, `workspace_teams`); slug unique per workspace.
package struct Team: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<Team>

    package var id: ID
    package var workspaceID: Workspace.ID
    package var name: String
    package var slug: String
    package var isDefault: Bool
    package var createdByUserID: User.ID
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        workspaceID: Workspace.ID,
        name: String,
        slug: String,
        isDefault: Bool,
        createdByUserID: User.ID,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = name
        self.slug = slug
        self.isDefault = isDefault
        self.createdByUserID = createdByUserID
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case name, slug, isDefault
        case createdByUserID = "createdByUserId"
        case createdAt, updatedAt
    }
}

/// A person's place in a team (`workspace_team_memberships`); unique per workspace, team and person.
package struct TeamMembership: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<TeamMembership>

    package var id: ID
    package var workspaceID: Workspace.ID
    package var teamID: Team.ID
    package var userID: User.ID
    package var createdAt: Timestamp

    package init(id: ID, workspaceID: Workspace.ID, teamID: Team.ID, userID: User.ID, createdAt: Timestamp) {
        self.id = id
        self.workspaceID = workspaceID
        self.teamID = teamID
        self.userID = userID
        self.createdAt = createdAt
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case teamID = "teamId"
        case userID = "userId"
        case createdAt
    }
}
