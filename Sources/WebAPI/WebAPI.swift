import Application
package import Hummingbird
package import WebGate

/// The API: this is its table of contents.
package enum WebAPI {
    /// Adds every route of `RouteTable` to a gated router.
    package static func add(to router: Router<SecondRequestContext>, services: APIServices) {
        let routes = RouteRegistrar(router: router, apps: services.appGatekeeper)
        SystemRoutes(services: services).add(to: routes)
        OnboardingRoutes(services: services).add(to: routes)
        AccountRoutes(services: services).add(to: routes)
        WorkspaceRoutes(services: services).add(to: routes)
        EventRoutes(services: services).add(to: routes)
        AppRoutes(services: services).add(to: routes)
        CollaboratorRoutes(services: services).add(to: routes)
        CreateAppRoute(services: services).add(to: routes)
        FileRoutes(services: services).add(to: routes)
        VersionRoutes(services: services).add(to: routes)
        AttachmentRoutes(services: services).add(to: routes)
        PreviewRoutes(services: services).add(to: routes)
        RunRoutes(services: services).add(to: routes)
    }
}
