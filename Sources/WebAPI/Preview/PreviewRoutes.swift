import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebGate

/// Serves `…/apps/:app/preview`, which hands out an address, and `/preview/:token/…`, which is behind it.
///
/// What is served there was written by a model for whoever asked: it may do nothing but run in its frame
/// (spec 02 §14.3, B16).
struct PreviewRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.preview) { [services] request, _, opened in
            let address = try await services.previews.address(of: opened, version: request.query("version"))
            return try JSONAnswer.response(address)
        }
        routes.open(RouteTable.previewRoot, use: self.root)
        routes.open(RouteTable.previewFile, use: self.file)
    }

    /// References in the page are relative, so the address has to end in a slash.
    @Sendable
    private func root(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        let token = try context.parameters.require("token")
        guard request.uri.path.hasSuffix("/") else {
            return Response.redirect(to: "/preview/\(token)/", type: .permanent)
        }
        return try await self.answer(request, context, token: token, path: "")
    }

    @Sendable
    private func file(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        let segments = context.parameters.getCatchAll().map { $0.removingPercentEncoding ?? "" }
        // A slash inside a segment would be another path than the one that was routed.
        guard segments.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else { throw AppRefusal.previewNotFound }
        let token = try context.parameters.require("token")
        return try await self.answer(request, context, token: token, path: segments.joined(separator: "/"))
    }

    private func answer(
        _ request: Request,
        _ context: SecondRequestContext,
        token: String,
        path: String
    ) async throws -> Response {
        let file = try await self.services.previews.file(token: token, path: path)
        let policy = PreviewPolicy(
            origin: self.services.gate.origin(host: request.head.authority, browser: context.browser) ?? "'self'",
            path: "/preview/\(token)/",
            settings: file.settings
        )
        var headers = policy.headers
        let etag = "\"\(file.etag)\""
        headers[.eTag] = etag
        guard request.headers[.ifNoneMatch] != etag else { return Response(status: .notModified, headers: headers) }
        let bytes: ByteBuffer
        switch file.content {
        case .bytes(let data): bytes = ByteBuffer(bytes: data)
        case .document(let make): bytes = ByteBuffer(bytes: make(policy.documentPolicy))
        }
        headers[.contentType] = PreviewMediaType.of(path: file.path)
        headers[.contentLength] = String(bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }
}
