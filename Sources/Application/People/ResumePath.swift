package import Domain

/// Where onboarding goes on for a person who has not finished it (spec 01 §9.1, local mode).
package enum ResumePath {
    /// `nil` when onboarding is done; an unknown or missing step counts as the last one.
    package static func of(_ user: User) -> String? {
        guard user.onboardingCompletedAt == nil else { return nil }
        return switch user.onboardingStep {
        case .identity: "/onboarding/identity"
        case .workspace: "/onboarding/workspace"
        case .loader: "/onboarding/loader"
        case .provider, .start, nil: "/onboarding/provider"
        }
    }
}
