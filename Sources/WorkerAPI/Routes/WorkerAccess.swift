package import Domain
import HTTPTypes
import Hummingbird

/// Who may use the worker's own routes (spec 03 §1.1, §2).
package enum WorkerAccess: Sendable {
    /// Holders of `INTERNAL_API_TOKEN`.
    case token(Secret<String>)
    /// Nobody: the token is missing in production.
    case unconfigured
    /// Everybody who reaches the port, outside production only.
    case open
}

/// Lets holders of the internal token in, and nobody that a browser sent.
struct WorkerAccessMiddleware<Context: RequestContext>: RouterMiddleware {
    let access: WorkerAccess

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let refusal = try WorkerGate.refusal(of: request) { return refusal }
        switch self.access {
        case .open: break
        case .unconfigured:
            return try WorkerAnswer.error("INTERNAL_API_TOKEN not configured", .internalServerError)
        case .token(let expected):
            guard let token = WorkerGate.bearer(of: request), ConstantTime.equal(token, expected.reveal()) else {
                return try WorkerAnswer.error("unauthorized", .unauthorized)
            }
        }
        return try await next(request, context)
    }
}

/// What holds for every route of the worker, the broker's too.
enum WorkerGate {
    /// Callers are programs: a browser's request has an `Origin`, and a form's body is no JSON.
    static func refusal(of request: Request) throws -> Response? {
        if request.headers[.origin] != nil { return try WorkerAnswer.error("origin_not_allowed", .forbidden) }
        guard request.method == .post else { return nil }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.trimmingWhitespace() }
        guard type?.lowercased() == "application/json" else {
            return try WorkerAnswer.error("unsupported_media_type", .unsupportedMediaType)
        }
        return nil
    }

    static func bearer(of request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
