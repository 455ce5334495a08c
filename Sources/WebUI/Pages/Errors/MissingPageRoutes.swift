import Hummingbird
import WebGate

/// Answers addresses below a workspace that no page has, inside the frame.
struct MissingPageRoutes: Sendable {
    let services: PageServices

    func add(to routes: RouteRegistrar) {
        routes.workspace(PageTable.elsewhere) { request, context in
            let shell = try await self.services.shell.shell(for: context, request)
            let answer = ErrorAnswer(.notFound, "not_found", "There is nothing here.")
            return try ErrorPages(kit: self.services.kit).inside(shell, answer)
        }
    }
}
