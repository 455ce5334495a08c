import HTTPTypes
import Hummingbird
import NIOCore
package import WebGate

/// Serves `/assets/{hash}/{path}`: one edition of all files, which browsers may keep for ever.
package struct AssetRoutes: Sendable {
    package static let file = RouteSpec(.get, "/assets/:hash/**", .open)

    private let catalog: AssetCatalog

    package init(catalog: AssetCatalog) {
        self.catalog = catalog
    }

    package func add(to routes: RouteRegistrar) {
        routes.open(Self.file) { request, context in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            guard context.parameters.get("hash") == self.catalog.hash, let asset = self.catalog.asset(at: path) else {
                throw GateRefusal.notFound
            }
            return self.response(to: request, asset)
        }
    }

    private func response(to request: Request, _ asset: AssetCatalog.Asset) -> Response {
        var headers: HTTPFields = [
            .cacheControl: "public, max-age=31536000, immutable",
            .eTag: asset.entityTag,
            .xContentTypeOptions: "nosniff",
            .own("cross-origin-resource-policy"): "same-origin",
            // An SVG opened by itself is a document: it may do nothing.
            .contentSecurityPolicy: "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
        ]
        if request.headers[.ifNoneMatch] == asset.entityTag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = asset.mediaType
        headers[.contentLength] = String(asset.bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.bytes))
    }
}
