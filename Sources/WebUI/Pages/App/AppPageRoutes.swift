package import Application
package import Domain
import Hummingbird
package import WebGate

/// Serves `/w/:w/apps/:app`, the page on which an app is built and used, and with `?alone=1` the app by itself
/// (spec 06 §6).
package struct AppPageRoutes: Sendable {
    package typealias FindWorkspace = @Sendable (Workspace.ID) async throws -> Workspace?

    private let services: PageServices
    private let runs: RunService
    private let previews: PreviewService
    private let findWorkspace: FindWorkspace

    package init(
        services: PageServices,
        runs: RunService,
        previews: PreviewService,
        findWorkspace: @escaping FindWorkspace
    ) {
        self.services = services
        self.runs = runs
        self.previews = previews
        self.findWorkspace = findWorkspace
    }

    package func add(to routes: RouteRegistrar) {
        let missing = MissingPageRoutes(services: self.services)
        routes.app(AppPageTable.app, missing: missing.show, use: self.show)
    }

    @Sendable
    private func show(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        if request.query("alone") != nil { return try await self.alone(context, opened, request.query("v")) }
        let shell = try await self.services.shell.shell(for: context, request, currentAppID: opened.app.id)
        // Viewers never get the conversation, not even hidden in the page.
        let run = opened.access.canCollaborate ? try await self.runs.newest(of: opened.scope) : nil
        var isFirst = true
        if let run { isFirst = try await self.runs.isOnly(run, of: opened.scope) }
        let page = AppPage(
            opened: opened,
            member: context.member,
            run: run,
            isFirstRun: isFirst,
            wantsDraft: request.query("v") == "draft",
            registry: self.services.registry,
            kit: self.services.kit
        )
        let frame = PageFrame(
            title: "\(opened.app.name) — \(shell.workspaceName)",
            theme: shell.theme,
            styles: ["composer", "app"],
            modules: ["app/layout", "app/topbar", "app/preview"]
                + (opened.access.canCollaborate ? ["app/conversation", "app/transcript", "app/parts"] : []),
            shell: shell
        )
        return try self.services.kit.page("app/app", page, in: frame)
    }

    /// The app by itself.
    ///
    /// It stays in a frame: a page of its own could send itself, and what it knows, anywhere.
    private func alone(_ context: WorkspaceContext, _ opened: OpenedApp, _ version: String?) async throws -> Response {
        var address: PreviewService.Address?
        do {
            address = try await self.previews.address(of: opened, version: version)
        } catch is AppRefusal {
            // Nothing built yet: the page says so.
        }
        let page = AlonePage(appName: opened.app.name, address: address)
        let frame = PageFrame(
            title: opened.app.name,
            theme: context.user.preferences?.themeMode ?? .system,
            styles: ["app"]
        )
        return try self.services.kit.page("app/alone", page, in: frame)
    }
}
