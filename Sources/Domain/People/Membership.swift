/// A person's place in a workspace (spec 01 §8, `workspace_memberships`); unique per workspace and person.
package struct Membership: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<Membership>

    package var id: ID
    package var workspaceID: Workspace.ID
    package var userID: User.ID
    /// Kept as text: a role that we do not know grants nothing, but must not make the document unreadable.
    package var roleName: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp?

    package init(id: ID, workspaceID: Workspace.ID, userID: User.ID, role: Role, createdAt: Timestamp) {
        self.id = id
        self.workspaceID = workspaceID
        self.userID = userID
        self.roleName = role.rawValue
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    package var role: Role? { Role(rawValue: self.roleName) }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case userID = "userId"
        case roleName = "role"
        case createdAt, updatedAt
    }
}
