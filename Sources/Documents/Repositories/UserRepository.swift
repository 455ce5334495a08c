package import Domain

/// People, keyed globally: a person belongs to no workspace (spec 01 §6).
package struct UserRepository: Sendable {
    private let users: Collection<User>

    package init(store: any DocumentStore) {
        self.users = Collection(Collections.users, in: store)
    }

    package func find(_ id: User.ID) async throws -> User? {
        try await self.users.first(where: .id(id))
    }

    package func find(email: String) async throws -> User? {
        try await self.users.first(where: .text("emailNormalized", email.trimmingWhitespace().lowercased()))
    }

    package func find(_ ids: [User.ID]) async throws -> [User] {
        try await self.users.find(Query(.isIn("_id", ids.map { .string($0.rawValue) })))
    }

    /// Adds the person, or returns the one who has this address already.
    package func insert(_ user: User) async throws -> User {
        do {
            try await self.users.insert(user)
            return user
        } catch DocumentStoreError.duplicate {
            guard let existing = try await self.find(email: user.email) else {
                throw DocumentStoreError.duplicate(index: "emailNormalized")
            }
            return existing
        }
    }

    /// Changes name, role and, when given, the address.
    /// - Throws: `DocumentStoreError.duplicate` when the address is somebody else's.
    package func updateProfile(
        of id: User.ID,
        displayName: String,
        profileRole: String?,
        email: String?,
        at time: Timestamp
    ) async throws -> User? {
        var operations: [Update.Operation] = [
            .set("displayName", .string(displayName)), .stamp("updatedAt", time),
        ]
        if let profileRole { operations.append(.set("profileRole", .string(profileRole))) }
        if let email {
            operations.append(.set("email", .string(email)))
            operations.append(.set("emailNormalized", .string(email.trimmingWhitespace().lowercased())))
        }
        return try await self.users.update(where: .id(id), operations)
    }

    /// Moves the onboarding on; a person who is done stays done (spec 01 B7).
    package func setStep(_ step: User.OnboardingStep, of id: User.ID, at time: Timestamp) async throws -> User? {
        try await self.users.update(
            where: .id(id) && .missing("onboardingCompletedAt"),
            [.set("onboardingStep", .string(step.rawValue)), .stamp("updatedAt", time)]
        )
    }

    /// Ends the onboarding; the first time counts.
    package func completeOnboarding(of id: User.ID, at time: Timestamp) async throws {
        _ = try await self.users.update(
            where: .id(id) && .missing("onboardingCompletedAt"),
            [
                .set("onboardingStep", .string(User.OnboardingStep.start.rawValue)),
                .stamp("onboardingCompletedAt", time), .stamp("updatedAt", time),
            ]
        )
    }

    package func setContext(_ context: String?, of id: User.ID, at time: Timestamp) async throws -> User? {
        try await self.users.update(where: .id(id), [try .assign("userContext", context), .stamp("updatedAt", time)])
    }

    package func setPreferences(_ preferences: Preferences, of id: User.ID, at time: Timestamp) async throws -> User? {
        try await self.users.update(
            where: .id(id),
            [try .assign("preferences", preferences), .stamp("updatedAt", time)]
        )
    }

    /// Makes every session token of this person that is out there worthless (spec 01 B3).
    package func endSessions(of id: User.ID, at time: Timestamp) async throws {
        _ = try await self.users.update(where: .id(id), [.increment("sessionEpoch", 1), .stamp("updatedAt", time)])
    }
}
