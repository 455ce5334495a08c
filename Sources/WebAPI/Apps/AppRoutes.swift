import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `…/apps`, `…/apps/status`, `…/apps/:app`, `…/settings` and `…/state` (spec 02 §3).
struct AppRoutes {
    let services: APIServices
    private let pages: RememberedAppPages

    init(services: APIServices) {
        self.services = services
        self.pages = RememberedAppPages(memory: services.memory)
    }

    /// Apps on a page of the list unless asked for fewer or more.
    static let pageSize = 100
    static let maximumPageSize = 200

    func add(to routes: RouteRegistrar) {
        routes.workspace(RouteTable.listApps, use: self.list)
        routes.workspace(RouteTable.appStatuses, use: self.statuses)
        routes.app(RouteTable.showApp) { _, _, opened in
            var writer = JSONWriter()
            AppView(opened).write(to: &writer)
            return JSONAnswer.response(bytes: writer.buffer)
        }
        routes.app(RouteTable.renameApp, use: self.rename)
        routes.app(RouteTable.deleteApp, use: self.delete)
        routes.app(RouteTable.changeAppSettings, use: self.changeSettings)
        routes.app(RouteTable.appState, use: self.state)
    }

    @Sendable
    private func list(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let limit = request.pageSize(standard: Self.pageSize, maximum: Self.maximumPageSize)
        let cursor = request.query("cursor")
        return JSONAnswer.response(
            bytes: try await self.pages.page(for: context.member, limit: limit, cursor: cursor) {
                Self.write(try await self.services.apps.list(for: context.member, limit: limit, cursor: cursor))
            }
        )
    }

    private static func write(_ page: AppService.Page) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(page.items.count * 320 + 64)
        var writer = JSONWriter(buffer: buffer)
        writer.object { writer in
            writer.key("items")
            writer.array { writer in
                for item in page.items { AppView(item).write(to: &writer) }
            }
            writer.field("nextCursor", page.nextCursor)
        }
        return writer.buffer
    }

    @Sendable
    private func statuses(_: Request, _ context: WorkspaceContext) async throws -> Response {
        let statuses = try await self.services.sidebar.statuses(of: context.member)
        let byApp = { (value: (SidebarService.Status) -> JSONValue?) -> JSONValue in
            .object(
                Dictionary(statuses.compactMap { status in value(status).map { (status.appID.rawValue, $0) } }) {
                    first,
                    _ in first
                }
            )
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("statuses")
            writer.value(byApp { .string($0.run.rawValue) })
            writer.key("toolRecoveryStatuses")
            writer.value(byApp { _ in .null })
            writer.key("needsDecision")
            writer.value(byApp { $0.needsDecision ? true : nil })
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func rename(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let app = try await self.services.apps.rename(opened, to: try await request.jsonObject()?["name"]?.string)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            writer.field("name", app.name)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func delete(_: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        try await self.services.apps.delete(opened)
        return JSONAnswer.response(bytes: JSONAnswer.ok)
    }

    @Sendable
    private func changeSettings(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        guard let body = try await request.jsonObject() else { throw AppRefusal.invalidBody }
        let runtime = self.services.registry.normalize(
            runtimeID: body["runtimeId"]?.string,
            model: body["runtimeModel"]?.string,
            params: body["runtimeParams"]?.object?.compactMapValues(\.string) ?? [:]
        )
        guard let runtime else { throw AppRefusal.invalidRuntimeSettings }
        try await self.services.apps.setRuntime(runtime, of: opened)
        return JSONAnswer.response(bytes: JSONAnswer.ok)
    }

    /// Spec 02 §3.3; what has no counterpart yet is there with its empty value.
    @Sendable
    private func state(_: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let app = opened.app
        let isInside = opened.access.canCollaborate
        let settings = try await self.services.workspaces.runtimeSettings(of: context.workspaceID)
        let status: App.PublishStatus = isInside || !app.hasPublishedVersion ? app.publishStatus : .published
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("publishStatus", status.rawValue)
            writer.field("reviewRequestedAt", nil as String?)
            writer.field("changeRequestMessage", nil as String?)
            writer.field("agentsJsonApprovalSource", nil as String?)
            writer.key("appTeamIds")
            writer.array { writer in
                for id in isInside ? app.teamIDs : [] { writer.string(id.rawValue) }
            }
            writer.key("collaboratorUserIds")
            writer.array { writer in
                for id in isInside ? app.collaboratorUserIDs : [] { writer.string(id.rawValue) }
            }
            writer.field("hasPublishedVersion", app.hasPublishedVersion)
            writer.field("hasDraftChanges", isInside && app.hasUnpublishedChanges)
            writer.key("draft")
            writer.pointer(isInside ? app.draft : nil)
            writer.key("published")
            writer.pointer(app.published)
            writer.key("appRuntimeSettings")
            writer.appRuntimeSettings(settings)
            writer.key("sourceControl")
            writer.object { writer in
                writer.field("localAvailable", false)
                writer.field("connected", false)
                writer.field("connectionStatus", nil as String?)
                writer.field("canPublish", false)
                writer.field("app", nil as String?)
            }
            writer.key("integrations")
            writer.array { _ in }
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }
}

extension JSONWriter {
    fileprivate mutating func pointer(_ pointer: App.Pointer?) {
        guard let pointer else { return self.null() }
        self.object { writer in
            writer.field("revisionId", pointer.revisionID.rawValue)
            writer.field("number", pointer.number)
            writer.field("hash", pointer.hash.rawValue)
            writer.field("artifactHash", pointer.artifactHash?.rawValue)
            writer.field("sizeBytes", pointer.sizeBytes)
            writer.field("updatedAt", pointer.updatedAt)
        }
    }
}

extension Request {
    /// `?limit=`, kept between 1 and the maximum; nonsense counts as absent.
    func pageSize(standard: Int, maximum: Int) -> Int {
        min(maximum, max(1, self.query("limit").flatMap { Int($0) } ?? standard))
    }
}
