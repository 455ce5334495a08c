package import Documents
package import Domain

/// Says who is behind a session, anew on every request: nothing about roles lives in the session (spec 01 §1, §4).
package struct Gatekeeper: Sendable {
    package typealias Lookup = @Sendable (User.ID) async throws -> (user: User, memberships: [Membership])?

    private let standing: @Sendable (User.ID) async throws -> Standing?

    /// `lookup` reads a person with all memberships from the store.
    package init(lookup: @escaping Lookup) {
        self.standing = { id in try await lookup(id).map { Standing(user: $0.user, memberships: $0.memberships) } }
    }

    package func state(of claims: SessionClaims?) async throws -> PersonState {
        guard let claims else { return .missingIdentity }
        guard let standing = try await self.standing(claims.userID) else { return .needsProfile(nil) }
        guard claims.epoch >= standing.epoch else { return .missingIdentity }
        return standing.state
    }
}

extension Gatekeeper {
    /// What is remembered of a person holds until somebody's row or membership changes; see `Remembered`.
    package init(users: UserRepository, workspaces: WorkspaceRepository, memory: ReadMemory) {
        let people = Remembered<User.ID, Standing>(until: memory.people, capacity: 4096)
        self.standing = { id in
            try await people.value(for: id) {
                guard let user = try await users.find(id) else { return nil }
                return Standing(user: user, memberships: try await workspaces.memberships(of: id))
            }
        }
    }
}

/// How a person stands with us, apart from the session that they bring.
private struct Standing: Sendable {
    let epoch: Int
    let state: PersonState

    init(user: User, memberships: [Membership]) {
        self.epoch = user.sessionEpoch ?? 0
        if !user.hasProfile {
            self.state = .needsProfile(user)
        } else if let ready = ReadyPerson(user: user, memberships: memberships) {
            self.state = .ready(ready)
        } else {
            self.state = .needsWorkspace(user)
        }
    }
}
