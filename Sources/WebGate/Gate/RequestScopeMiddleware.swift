import Domain
import HTTPTypes
import Hummingbird
import Logging

/// The outermost step: gives the request an id, finds the browser behind trusted proxies, joins its trace, binds the logger
/// that everything below uses, and marks the answer; pages get their policy here, whoever drew them.
struct RequestScopeMiddleware: RouterMiddleware {
    typealias Context = SecondRequestContext

    let identifiers: IdentifierSource
    let proxies: TrustedProxies
    let publicOrigin: String?

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.path = RequestPath(request.uri.path)
        context.requestID = request.headers[.xRequestID].flatMap(Self.usable) ?? self.identifiers.token()
        context.browser = BrowserConnection(
            peer: context.browser.address,
            scheme: request.head.scheme,
            forwardedFor: request.headers[values: .xForwardedFor],
            forwardedProto: request.headers[values: .xForwardedProto],
            proxies: self.proxies,
            publicOrigin: self.publicOrigin
        )
        context.logger[metadataKey: "request.id"] = .string(context.requestID)
        let trace = request.headers[.traceParent].flatMap(TraceParent.init)
        if let trace { context.logger[metadataKey: "trace.id"] = .string(trace.traceID) }
        let scoped = context
        var response = try await TraceParent.$current.withValue(trace) {
            try await withLogger(context.logger) { _ in
                try await next(request, scoped)
            }
        }
        response.headers[.secondRequestID] = context.requestID
        if let trace { response.headers[.secondTraceID] = trace.traceID }
        PageSecurity.protect(&response, path: RequestPath(request.uri.path))
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "same-origin" }
        return response
    }

    /// A caller's own id is taken over when it is short and plain, so that it can be logged as it is.
    private static func usable(_ id: String) -> String? {
        let isPlain =
            (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
            }
        return isPlain ? id : nil
    }
}
