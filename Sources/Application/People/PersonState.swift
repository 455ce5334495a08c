package import Domain

/// How far a caller has come: nobody, somebody without a name, without a workspace, or ready (spec 01 §4).
package enum PersonState: Sendable, Equatable {
    case missingIdentity
    /// The session's person, when there still is such a row.
    case needsProfile(User?)
    case needsWorkspace(User)
    case ready(ReadyPerson)

    /// The person behind the session, in whatever state.
    package var user: User? {
        switch self {
        case .missingIdentity: nil
        case .needsProfile(let user): user
        case .needsWorkspace(let user): user
        case .ready(let person): person.user
        }
    }
}

/// A person with a profile and at least one workspace.
package struct ReadyPerson: Sendable, Equatable {
    package let user: User
    /// Oldest first, never empty.
    package let memberships: [Membership]

    /// `nil` without a membership.
    package init?(user: User, memberships: [Membership]) {
        guard !memberships.isEmpty else { return nil }
        self.user = user
        self.memberships = memberships.sorted {
            ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue)
        }
    }

    package func membership(in workspaceID: Workspace.ID) -> Membership? {
        self.memberships.first { $0.workspaceID == workspaceID }
    }

    /// The person in one workspace, `nil` for a workspace that is not theirs.
    package func member(of workspaceID: Workspace.ID) -> WorkspaceMember? {
        self.membership(in: workspaceID).map { WorkspaceMember(user: self.user, membership: $0) }
    }
}

/// A person acting in a workspace: what every service call about a workspace's things starts from.
package struct WorkspaceMember: Sendable, Equatable {
    package let user: User
    package let membership: Membership

    package init(user: User, membership: Membership) {
        self.user = user
        self.membership = membership
    }

    package var userID: User.ID { self.user.id }
    package var workspaceID: Workspace.ID { self.membership.workspaceID }
    /// `nil` is a role that we do not know; it grants nothing.
    package var role: Role? { self.membership.role }
    package var isAdmin: Bool { self.role?.isAdmin ?? false }

    package func holds(_ permission: Permission) -> Bool {
        self.role.map(permission.isHeld(by:)) ?? false
    }
}
