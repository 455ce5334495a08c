import Hummingbird
import WebGate

/// Answers addresses below a workspace that no page has, inside the frame.
struct MissingPageRoutes: Sendable {
    let services: PageServices

    func add(to routes: RouteRegistrar) {
        routes.workspace(PageTable.elsewhere, use: self.show)
    }

    /// An app that is not there, or not for this person, looks the same.
    @Sendable
    func show(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let shell = try await self.services.shell.shell(for: context, request)
        let answer = ErrorAnswer(.notFound, "not_found", "There is nothing here.")
        return try ErrorPages(kit: self.services.kit).inside(shell, answer)
    }
}
