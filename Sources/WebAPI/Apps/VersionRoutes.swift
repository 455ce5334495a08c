import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `…/versions`: list, one, name, comparison, restore (architecture §10).
struct VersionRoutes {
    let services: APIServices

    static let pageSize = 50
    static let maximumPageSize = 200

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.versions, use: self.list)
        routes.app(RouteTable.version) { [services] _, context, opened in
            let revision = try await services.versions.find(try Self.id(context), of: opened)
            return Self.answer(revision, opened: opened, entries: true)
        }
        routes.app(RouteTable.renameVersion, use: self.rename)
        routes.app(RouteTable.diffVersion, use: self.diff)
        routes.app(RouteTable.restoreVersion) { [services] _, context, opened in
            let id = try Self.id(context)
            let restored = try await services.versions.restore(id, of: opened, by: context.member)
            return Self.answer(restored, opened: opened, entries: false)
        }
    }

    private static func id(_ context: WorkspaceContext) throws -> SourceRevision.ID {
        try context.id("version", of: SourceRevision.self, orThrow: AppRefusal.versionNotFound)
    }

    @Sendable
    private func list(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let page = try await self.services.versions.list(
            opened,
            limit: request.pageSize(standard: Self.pageSize, maximum: Self.maximumPageSize),
            cursor: request.query("cursor")
        )
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("items")
            writer.array { writer in
                for revision in page.items { writer.revision(revision, of: opened.app, entries: false) }
            }
            writer.field("nextCursor", page.nextCursor)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func rename(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        guard let name = try await request.jsonObject()?["name"], name == .null || name.string != nil else {
            throw AppRefusal.invalidName
        }
        let id = try Self.id(context)
        let revision = try await self.services.versions.rename(id, of: opened, to: name.string ?? "")
        return Self.answer(revision, opened: opened, entries: false)
    }

    @Sendable
    private func diff(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        var base: SourceRevision.ID?
        if let text = request.query("against") {
            guard let id = SourceRevision.ID(text) else { throw AppRefusal.versionNotFound }
            base = id
        }
        let diff = try await self.services.versions.diff(try Self.id(context), of: opened, against: base)
        return try JSONAnswer.response(diff)
    }

    private static func answer(_ revision: SourceRevision, opened: OpenedApp, entries: Bool) -> Response {
        var writer = JSONWriter()
        writer.revision(revision, of: opened.app, entries: entries)
        return JSONAnswer.response(bytes: writer.buffer)
    }
}

extension JSONWriter {
    fileprivate mutating func revision(_ revision: SourceRevision, of app: App, entries: Bool) {
        self.object { writer in
            writer.field("id", revision.id.rawValue)
            writer.field("number", revision.number)
            writer.field("name", revision.name)
            writer.field("summary", revision.summary)
            writer.field("origin", revision.origin.rawValue)
            writer.field("restoredFromId", revision.restoredFromID?.rawValue)
            writer.field("runId", revision.runID?.rawValue)
            writer.field("createdByUserId", revision.createdByUserID?.rawValue)
            writer.field("hash", revision.hash.rawValue)
            writer.field("artifactHash", revision.artifactHash?.rawValue)
            writer.field("sizeBytes", revision.sizeBytes)
            writer.field("fileCount", revision.fileCount)
            writer.field("isDraft", app.draft?.revisionID == revision.id)
            writer.field("isPublished", app.published?.revisionID == revision.id)
            writer.field("createdAt", revision.createdAt)
            if entries {
                writer.key("files")
                writer.array { writer in
                    for entry in revision.entries { writer.entry(entry) }
                }
            }
        }
    }
}
