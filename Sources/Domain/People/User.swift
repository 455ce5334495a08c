/// A person; the only entity besides the workspace that belongs to no workspace (spec 01 §8, `users`).
package struct User: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<User>

    package enum OnboardingStep: String, Codable, Sendable, CaseIterable {
        case identity, workspace, loader, provider, start
    }

    package var id: ID
    package var email: String
    package var emailNormalized: String
    package var displayName: String
    package var profileRole: String?
    package var userContext: String?
    package var onboardingStep: OnboardingStep?
    package var onboardingCompletedAt: Timestamp?
    package var preferences: Preferences?
    /// Session tokens made before this epoch are dead (spec 01 B3); missing counts as 0.
    package var sessionEpoch: Int?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        email: String,
        displayName: String,
        profileRole: String? = nil,
        onboardingStep: OnboardingStep? = .identity,
        createdAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.emailNormalized = email.trimmingWhitespace().lowercased()
        self.displayName = displayName
        self.profileRole = profileRole
        self.onboardingStep = onboardingStep
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    /// Name and address are there, so other people can be told who this is.
    package var hasProfile: Bool {
        !self.displayName.trimmingWhitespace().isEmpty && !self.email.trimmingWhitespace().isEmpty
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case email, emailNormalized, displayName, profileRole, userContext, onboardingStep, onboardingCompletedAt
        case preferences, sessionEpoch, createdAt, updatedAt
    }
}
