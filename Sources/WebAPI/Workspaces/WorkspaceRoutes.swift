import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/workspaces`, `…/:w`, `…/sidebar` and `…/runtime-settings` (spec 01 §10, §15.3, §16).
struct WorkspaceRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.signedIn(RouteTable.createWorkspace, use: self.create)
        routes.workspace(RouteTable.renameWorkspace, use: self.rename)
        routes.workspace(RouteTable.sidebar, use: self.sidebar)
        routes.workspace(RouteTable.runtimeSettings) { [services] _, context in
            let settings = try await services.workspaces.runtimeSettings(of: context.workspaceID)
            return Self.answer(settings, canManage: context.member.holds(.manageWorkspace))
        }
        routes.workspace(RouteTable.changeRuntimeSettings) { [services] request, context in
            let changes = try await request.jsonObject()
            let settings = try await services.workspaces.changeRuntimeSettings(of: context.member, changes)
            return Self.answer(settings, canManage: true)
        }
    }

    @Sendable
    private func create(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let forms = FormAnswer(configuration: self.services.gate)
        let body = try await FormBody.read(request)
        let name: String
        do {
            name = try WorkspaceService.name(body["workspaceName"])
        } catch {
            return forms.refused(request, code: "invalid_workspace", backTo: "/w/\(context.activeWorkspaceID)")
        }
        let workspace = try await self.services.workspaces.create(name: name, owner: context.user.id)
        var response = try forms.accepted(request, to: "/w/\(workspace.id)")
        response.set(.workspace, to: workspace.id.rawValue, for: context.browser)
        return response
    }

    @Sendable
    private func rename(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let name = try WorkspaceService.name(try await request.jsonObject()?["name"]?.string)
        let workspace = try await self.services.workspaces.rename(context.member, to: name)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            writer.field("id", workspace.id.rawValue)
            writer.field("name", workspace.name)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func sidebar(_: Request, _ context: WorkspaceContext) async throws -> Response {
        let sidebar = try await self.services.sidebar.sidebar(of: context.member)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("activeMemberCount", sidebar.activeMemberCount)
            writer.field("pendingReviewCount", 0)
            writer.field("showAvailableApps", false)
            writer.key("apps")
            writer.array { writer in
                for row in sidebar.apps {
                    writer.object { writer in
                        writer.field("_id", row.app.id.rawValue)
                        writer.field("name", row.app.name)
                        writer.field("runStatus", row.runStatus?.rawValue)
                        writer.field("toolRecoveryStatus", nil as String?)
                        writer.field("needsDecision", row.needsDecision)
                        writer.field("publishStatus", row.publishStatus.rawValue)
                        writer.field("hasPublishedVersion", row.app.hasPublishedVersion)
                        writer.field("canManage", row.canManage)
                    }
                }
            }
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    private static func answer(_ settings: AppRuntimeSettings, canManage: Bool) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("canManage", canManage)
            writer.key("settings")
            writer.appRuntimeSettings(settings)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }
}

extension JSONWriter {
    mutating func appRuntimeSettings(_ settings: AppRuntimeSettings) {
        self.object { writer in
            writer.field("allowIframeScripts", settings.allowIframeScripts)
            writer.field("allowIframeClipboard", settings.allowIframeClipboard)
            writer.field("allowIframeExternalLinks", settings.allowIframeExternalLinks)
        }
    }
}
