import Domain
import Hummingbird
import WebGate

/// Serves `/w/:w`, the home page.
struct HomeRoutes: Sendable {
    let services: PageServices

    func add(to routes: RouteRegistrar) {
        routes.workspace(PageTable.home, use: self.show)
    }

    @Sendable
    private func show(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let kit = self.services.kit
        let contents = try await self.services.shell.contents(of: context.member)
        let shell = try await self.services.shell.shell(for: context, request, contents, isHome: true)
        let page = HomePage(
            member: context.member,
            rows: contents.apps,
            prompt: request.query("prompt") ?? "",
            registry: self.services.registry,
            kit: kit
        )
        let frame = PageFrame(
            title: "Home — \(shell.workspaceName)",
            theme: shell.theme,
            styles: ["composer", "home"],
            modules: ["home", "composer"],
            shell: shell
        )
        return try kit.page("home/home", page, in: frame)
    }
}
