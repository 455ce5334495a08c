package import WebGate

/// The pages: this is their table of contents.
package struct PageRoutes: Sendable {
    private let services: PageServices

    package init(services: PageServices) {
        self.services = services
    }

    /// Adds the files and every page of `PageTable`.
    package func add(to routes: RouteRegistrar) {
        AssetRoutes(catalog: self.services.kit.assets).add(to: routes)
        OnboardingPageRoutes(services: self.services).add(to: routes)
        HomeRoutes(services: self.services).add(to: routes)
        SettingsRoutes(services: self.services).add(to: routes)
        MissingPageRoutes(services: self.services).add(to: routes)
    }
}
