import Domain
import HTTPTypes
import Hummingbird
import WebGate

/// Serves `/w/:w/settings/…` (spec 06 §9).
struct SettingsRoutes: Sendable {
    let services: PageServices

    func add(to routes: RouteRegistrar) {
        routes.workspace(PageTable.settings) { _, context in
            Response(
                status: .temporaryRedirect,
                headers: [
                    .location: self.services.gate.location("/w/\(context.workspaceID)/settings/runtime-settings"),
                    .cacheControl: "no-store",
                ]
            )
        }
        routes.workspace(PageTable.runtimeSettings, use: self.runtimeSettings)
        routes.workspace(PageTable.runtimes, use: self.runtimes)
    }

    @Sendable
    private func runtimeSettings(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        guard let workspace = try await self.services.shell.workspace(context.workspaceID) else {
            throw GateRefusal.notFound
        }
        let page = RuntimeSettingsPage(
            member: context.member,
            settings: workspace.appRuntimeSettings ?? AppRuntimeSettings(),
            assets: self.services.kit.assets
        )
        return try await self.page(.runtimeSettings, page, request, context)
    }

    @Sendable
    private func runtimes(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let page = RuntimesPage(
            assets: self.services.kit.assets.address,
            providers: ProviderCard.all(offeredBy: self.services.registry)
        )
        return try await self.page(.runtimes, page, request, context)
    }

    private func page(
        _ place: SettingsFrame.Page,
        _ model: some Sendable,
        _ request: Request,
        _ context: WorkspaceContext
    ) async throws -> Response {
        let kit = self.services.kit
        let shell = try await self.services.shell.shell(for: context, request)
        let content = try kit.templates.render("settings/\(place.rawValue)", model)
        let frame = PageFrame(
            title: "\(place.title) — \(shell.workspaceName)",
            theme: shell.theme,
            styles: ["settings"],
            shell: shell
        )
        let settings = SettingsFrame(current: place, in: context.workspaceID, content: content)
        return try kit.page("settings/frame", settings, in: frame)
    }
}
