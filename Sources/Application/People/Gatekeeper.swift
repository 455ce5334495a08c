package import Documents
package import Domain

/// Says who is behind a session, anew on every request: nothing about roles lives in the session (spec 01 §1, §4).
package struct Gatekeeper: Sendable {
    package typealias Lookup = @Sendable (User.ID) async throws -> (user: User, memberships: [Membership])?

    private let lookup: Lookup

    /// `lookup` reads a person with all memberships from the store.
    package init(lookup: @escaping Lookup) {
        self.lookup = lookup
    }

    package func state(of claims: SessionClaims?) async throws -> PersonState {
        guard let claims else { return .missingIdentity }
        guard let (user, memberships) = try await self.lookup(claims.userID) else { return .needsProfile(nil) }
        guard claims.epoch >= user.sessionEpoch ?? 0 else { return .missingIdentity }
        guard user.hasProfile else { return .needsProfile(user) }
        guard let ready = ReadyPerson(user: user, memberships: memberships) else { return .needsWorkspace(user) }
        return .ready(ready)
    }
}

extension Gatekeeper {
    package init(users: UserRepository, workspaces: WorkspaceRepository) {
        self.init { id in
            guard let user = try await users.find(id) else { return nil }
            return (user, try await workspaces.memberships(of: id))
        }
    }
}
