import Application
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `…/files` and `…/files/content` (spec 02 §14.1, B14, B15).
struct FileRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.files, use: self.list)
        routes.app(RouteTable.fileContent, use: self.content)
    }

    @Sendable
    private func list(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let version = FileService.version(request.query("version"), for: opened)
        let listing = try await self.services.files.list(opened, version: version)
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("files")
            if let files = listing.files {
                writer.array { writer in
                    for file in files { writer.entry(file) }
                }
            } else {
                writer.null()
            }
            writer.field("version", listing.version.rawValue)
            writer.field("hasPublishedVersion", opened.app.hasPublishedVersion)
            writer.field("hasDraftChanges", opened.access.canCollaborate && opened.app.hasUnpublishedChanges)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    /// The bytes as text or as a download, never as something that a browser would run.
    @Sendable
    private func content(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let version = FileService.version(request.query("version"), for: opened)
        let file = try await self.services.files.content(opened, version: version, path: request.query("path"))
        let etag = "\"\(file.hash)\""
        guard request.headers[.ifNoneMatch] != etag else {
            return Response(status: .notModified, headers: [.eTag: etag, .cacheControl: "no-cache"])
        }
        let bytes = ByteBuffer(bytes: file.bytes)
        return Response(
            status: .ok,
            headers: [
                .contentType: file.isBinary ? "application/octet-stream" : "text/plain; charset=utf-8",
                .contentLength: String(bytes.readableBytes),
                .contentDisposition: file.isBinary ? "attachment" : "inline",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
                .eTag: etag, .cacheControl: "no-cache",
            ],
            body: .init(byteBuffer: bytes)
        )
    }
}

extension JSONWriter {
    mutating func entry(_ entry: SourceRevision.Entry) {
        self.object { writer in
            writer.field("path", entry.path.rawValue)
            writer.field("size", entry.size)
            writer.field("hash", entry.hash.rawValue)
            writer.field("isBinary", entry.isBinary)
        }
    }
}
