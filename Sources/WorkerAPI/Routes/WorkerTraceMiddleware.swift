import Domain
import HTTPTypes
import Hummingbird

/// Joins the trace that the web's request belongs to; the turn that it starts inherits it (spec 05 B47).
struct WorkerTraceMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let trace = HTTPField.Name("traceparent").flatMap { request.headers[$0] }.flatMap(TraceParent.init)
        return try await TraceParent.$current.withValue(trace) { try await next(request, context) }
    }
}
