import Application
import Domain

/// The first step: what this is.
struct IntroPage: Sendable {
    let assets: String
}

/// Who are you (spec 06 §3.2, `identity`).
struct IdentityPage: Sendable {
    let assets: String
    let displayName: String
    let email: String
    let profileRole: String
    let hasProblem: Bool
    let problem: String

    init(user: User?, error: String?, assets: AssetCatalog) {
        self.assets = assets.address
        self.displayName = user?.displayName ?? ""
        self.email = user?.email ?? ""
        self.profileRole = user?.profileRole ?? ""
        self.hasProblem = error != nil
        self.problem = "Please check what you entered: a name and a role have 2 to 80 characters, and an address one @."
    }
}

/// The workspace's name, or that it is there already.
struct WorkspacePage: Sendable {
    let assets: String
    let heading: String
    let isMade: Bool
    let workspaceName: String
    let hasProblem: Bool
    let problem: String

    init(existing workspaceName: String?, error: String?, assets: AssetCatalog) {
        self.assets = assets.address
        self.isMade = workspaceName != nil
        self.heading = workspaceName == nil ? "Name your workspace" : "Your workspace"
        self.workspaceName = workspaceName ?? ""
        self.hasProblem = error != nil
        self.problem = error == nil ? "" : "A name has 2 to 80 characters."
    }
}

/// Which agent should build.
struct ProviderPage: Sendable {
    let assets: String
    let isDemo: Bool
    let providers: [ProviderCard]

    init(registry: RuntimeRegistry, kit: PageKit) {
        self.assets = kit.assets.address
        self.isDemo = kit.isDemo
        self.providers = ProviderCard.all(offeredBy: registry)
    }
}

/// A runtime's card, filled by its module.
struct ProviderCard: Sendable {
    let id: String
    let name: String
    /// This server could run it.
    let isOffered: Bool

    static func all(offeredBy registry: RuntimeRegistry) -> [Self] {
        RuntimeRegistry.standard.runtimes.map { runtime in
            Self(
                id: runtime.id.rawValue,
                name: runtime.name,
                isOffered: registry.runtime(runtime.id) != nil
            )
        }
    }
}
