import Domain

/// The two panes around a step: form and progress (spec 06 §3.1).
struct OnboardingFrame: Sendable {
    struct Step: Sendable {
        let number: Int
        let title: String
        /// `nil` for steps that are still ahead.
        let href: String?
        let state: String
        let isDone: Bool
        let isCurrent: Bool
    }

    enum Place: Int, CaseIterable, Sendable {
        case intro, identity, workspace, provider

        var title: String {
            switch self {
            case .intro: "Welcome"
            case .identity: "You"
            case .workspace: "Workspace"
            case .provider: "Agent"
            }
        }

        var path: String {
            switch self {
            case .intro: "/onboarding/intro"
            case .identity: "/onboarding/identity"
            case .workspace: "/onboarding/workspace"
            case .provider: "/onboarding/provider"
            }
        }
    }

    let assets: String
    let steps: [Step]
    let progressText: String
    let content: String

    /// `reached` is the furthest step that is open to the person, `content` the step itself, as markup of ours.
    init(at place: Place, reached: Place, content: String, assets: AssetCatalog) {
        self.assets = assets.address
        self.steps = Place.allCases.map { step in
            let isDone = step.rawValue < max(place.rawValue, reached.rawValue) && step != place
            let isOpen = step.rawValue <= reached.rawValue || step == place
            // The intro is behind everybody who has said a name; the gate would send them on.
            let isLink = isOpen && !(step == .intro && reached != .intro && place != .intro && place != .identity)
            return Step(
                number: step.rawValue + 1,
                title: step.title,
                href: isLink ? step.path : nil,
                state: step == place ? "current" : isDone ? "done" : "ahead",
                isDone: isDone,
                isCurrent: step == place
            )
        }
        self.progressText = "Step \(place.rawValue + 1) of \(Place.allCases.count)"
        self.content = content
    }
}
