package import Documents
package import Domain

/// Who people are and how they like things: identity, profile, preferences, onboarding (spec 01 §9, §17).
package struct PeopleService: Sendable {
    private let users: UserRepository
    private let workspaces: WorkspaceRepository
    private let identifiers: IdentifierSource
    private let clock: WallClock

    package init(
        users: UserRepository,
        workspaces: WorkspaceRepository,
        identifiers: IdentifierSource,
        clock: WallClock
    ) {
        self.users = users
        self.workspaces = workspaces
        self.identifiers = identifiers
        self.clock = clock
    }

    /// The person who is signed in after the identity form, with their workspaces, oldest first.
    package struct SignIn: Sendable, Equatable {
        package var user: User
        package var memberships: [Membership]
    }

    /// Local sign-in (B2): updates me, makes me, or signs in as the person who has that address.
    package func identify(_ form: IdentityForm, current: User?) async throws -> SignIn {
        let user = try await self.person(for: form, current: current)
        let memberships = try await self.workspaces.memberships(of: user.id)
        guard !memberships.isEmpty, user.onboardingCompletedAt == nil else {
            return SignIn(user: user, memberships: memberships)
        }
        let moved = try await self.users.setStep(.workspace, of: user.id, at: self.clock.now)
        return SignIn(user: moved ?? user, memberships: memberships)
    }

    private func person(for form: IdentityForm, current: User?) async throws -> User {
        let email = form.email
        if let current, email == nil || email?.lowercased() == current.emailNormalized {
            let isAddressMissing = current.email.trimmingWhitespace().isEmpty
            return try await self.update(current, form, email: isAddressMissing ? IdentityForm.fixedEmail : nil)
        }
        let address = email ?? IdentityForm.fixedEmail
        if let existing = try await self.users.find(email: address) {
            return try await self.update(existing, form, email: nil)
        }
        guard let current else {
            let fresh = User(
                id: self.identifiers.make(),
                email: address,
                displayName: form.displayName,
                profileRole: form.profileRole,
                createdAt: self.clock.now
            )
            // Somebody else may have made this person a moment ago; then that row gets the name.
            let stored = try await self.users.insert(fresh)
            return stored.id == fresh.id ? stored : try await self.update(stored, form, email: nil)
        }
        do {
            return try await self.update(current, form, email: address)
        } catch DocumentStoreError.duplicate {
            guard let winner = try await self.users.find(email: address) else { return current }
            return try await self.update(winner, form, email: nil)
        }
    }

    private func update(_ user: User, _ form: IdentityForm, email: String?) async throws -> User {
        let updated = try await self.users.updateProfile(
            of: user.id,
            displayName: form.displayName,
            profileRole: form.profileRole,
            email: email,
            at: self.clock.now
        )
        return updated ?? user
    }

    /// Every session of this person that is out there ends (B3).
    package func endSessions(of userID: User.ID) async throws {
        try await self.users.endSessions(of: userID, at: self.clock.now)
    }

    /// Any order; after completion without effect (B7).
    package func setStep(_ name: String?, of userID: User.ID) async throws {
        guard let step = name.flatMap(User.OnboardingStep.init(rawValue:)) else { throw PeopleRefusal.invalidStep }
        _ = try await self.users.setStep(step, of: userID, at: self.clock.now)
    }

    package func completeOnboarding(of userID: User.ID) async throws {
        try await self.users.completeOnboarding(of: userID, at: self.clock.now)
    }

    package func preferences(of user: User) -> Preferences {
        user.preferences ?? .standard
    }

    /// One bad field refuses all.
    package func changePreferences(of user: User, _ changes: [String: JSONValue]?) async throws -> Preferences {
        let preferences = try PreferenceChange.apply(changes, to: self.preferences(of: user))
        _ = try await self.users.setPreferences(preferences, of: user.id, at: self.clock.now)
        return preferences
    }
}
