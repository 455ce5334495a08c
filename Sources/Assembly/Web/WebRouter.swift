import Application
import Documents
import Domain
import Foundation
import Hummingbird
import WebAPI
import WebGate
import WebUI

/// API and pages behind the gate.
enum WebRouter {
    static func make(
        _ core: WebCore,
        resources: ResourceFolder,
        isDemo: @escaping @Sendable () -> Bool,
        observe: RequestObserver?
    ) throws -> Router<SecondRequestContext> {
        let kit = PageKit(
            assets: try AssetCatalog(folder: resources.web),
            templates: try Templates(folder: resources.web.appending(path: "templates")),
            isDemo: isDemo()
        )
        let router = Router<SecondRequestContext>.gated(
            by: core.api.gate,
            identifiers: .live,
            errorPage: ErrorPages(kit: kit).outside,
            observe: observe
        )
        WebAPI.add(to: router, services: core.api)
        let workspaces = core.api.runs.workspaces
        let pages = PageServices(
            kit: kit,
            gate: core.api.gate,
            shell: ShellSource(sidebar: core.api.sidebar, workspaces: core.api.workspaces, kit: kit),
            registry: core.api.registry
        )
        let registrar = RouteRegistrar(router: router, apps: core.api.appGatekeeper)
        AppPageRoutes(
            services: pages,
            runs: core.api.runs,
            previews: core.api.previews,
            findWorkspace: { try await workspaces.find($0) }
        ).add(to: registrar)
        PageRoutes(services: pages).add(to: registrar)
        return router
    }
}
