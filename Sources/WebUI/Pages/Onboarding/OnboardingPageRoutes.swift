import Application
import Domain
import HTTPTypes
import Hummingbird
import WebGate

/// Serves `/` and `/onboarding/…` (spec 01 §9.2, spec 06 §3); who may see which step, the gate has decided before.
struct OnboardingPageRoutes: Sendable {
    let services: PageServices

    func add(to routes: RouteRegistrar) {
        routes.open(PageTable.root) { _, _ in self.redirect(to: "/onboarding/intro") }
        routes.open(PageTable.intro, use: self.intro)
        routes.open(PageTable.identity, use: self.identity)
        routes.open(PageTable.workspace, use: self.workspace)
        // The picker of loading animations is left out: the step leads on (spec 06 §3.2).
        routes.open(PageTable.loader) { _, _ in self.redirect(to: "/onboarding/provider") }
        routes.open(PageTable.provider, use: self.provider)
    }

    private var assets: AssetCatalog { self.services.kit.assets }

    @Sendable
    private func intro(_ request: Request, _ context: SecondRequestContext) throws -> Response {
        try self.page("intro", IntroPage(assets: self.assets.address), at: .intro, request, context)
    }

    @Sendable
    private func identity(_ request: Request, _ context: SecondRequestContext) throws -> Response {
        let page = IdentityPage(user: context.person.user, error: request.query("error"), assets: self.assets)
        return try self.page("identity", page, at: .identity, request, context)
    }

    @Sendable
    private func workspace(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        var name: String?
        if case .ready(let ready) = context.person {
            let id = context.hints.activeWorkspace(of: ready)
            name = try await self.services.shell.workspace(id)?.name ?? id.rawValue
        }
        let page = WorkspacePage(existing: name, error: request.query("error"), assets: self.assets)
        return try self.page("workspace", page, at: .workspace, request, context)
    }

    @Sendable
    private func provider(_ request: Request, _ context: SecondRequestContext) throws -> Response {
        let page = ProviderPage(registry: self.services.registry, kit: self.services.kit)
        return try self.page("provider", page, at: .provider, request, context)
    }

    private func page(
        _ name: String,
        _ model: some Sendable,
        at place: OnboardingFrame.Place,
        _ request: Request,
        _ context: SecondRequestContext
    ) throws -> Response {
        let kit = self.services.kit
        let frame = OnboardingFrame(
            at: place,
            reached: Self.reached(context.person),
            content: try kit.templates.render("onboarding/\(name)", model),
            assets: kit.assets
        )
        let document = PageFrame(
            title: "\(place.title) — Second",
            theme: context.person.user?.preferences?.themeMode ?? PageCookies(request).theme,
            styles: ["onboarding"]
        )
        return try kit.page("onboarding/frame", frame, in: document)
    }

    private static func reached(_ person: PersonState) -> OnboardingFrame.Place {
        switch person {
        case .missingIdentity: .identity
        case .needsProfile: .identity
        case .needsWorkspace: .workspace
        case .ready: .provider
        }
    }

    private func redirect(to path: String) -> Response {
        Response(
            status: .temporaryRedirect,
            headers: [.location: self.services.gate.location(path), .cacheControl: "no-store"]
        )
    }
}
