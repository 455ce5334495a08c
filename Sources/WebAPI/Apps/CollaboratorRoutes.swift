import Application
import Domain
import Hummingbird
import WebGate
import Wire

/// Serves `…/apps/:app/collaborators` (spec 02 §3.1).
struct CollaboratorRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.collaborators, use: self.list)
        routes.app(RouteTable.changeCollaborators, use: self.replace)
    }

    @Sendable
    private func list(_: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let candidates = try await self.services.collaborators.candidates(for: opened)
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("members")
            writer.array { writer in
                for candidate in candidates {
                    writer.object { writer in
                        writer.field("userId", candidate.user.id.rawValue)
                        writer.field("displayName", candidate.user.displayName)
                        writer.field("email", candidate.user.email)
                        writer.field("role", candidate.roleName)
                    }
                }
            }
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func replace(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        guard let wanted = try await request.decodedJSON(as: Change.self) else { throw AppRefusal.invalidBody }
        let ids = try await self.services.collaborators.replace(of: opened, with: wanted.collaboratorUserIds)
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("collaboratorUserIds")
            writer.array { writer in
                for id in ids { writer.string(id.rawValue) }
            }
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    private struct Change: Decodable {
        var collaboratorUserIds: [String]
    }
}
