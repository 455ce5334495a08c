import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// What happens to requests, told without anything of a person: route templates, never paths (spec 05 B47).
package enum RequestObservation: Sendable, Equatable {
    /// The answer has been written; for an event stream: has begun. `route` is the template, `NotFound` where none matched.
    case answered(method: String, route: String, status: Int, duration: Duration)
    case streamOpened
    case streamClosed
}

package typealias RequestObserver = @Sendable (RequestObservation) -> Void

/// Measures every request from the moment it is read, refused ones too.
struct RequestMeterMiddleware: RouterMiddleware {
    typealias Context = SecondRequestContext

    /// Any other method counts as `other`: a caller must not be able to invent series.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    let observe: RequestObserver
    let uptime: Uptime

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = self.uptime.now
        let name = request.method.rawValue
        let method = Self.methods.contains(name) ? name : "other"
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            // Everything else has become an answer further inside: the other end has left.
            self.tell(method, context, status: 499, since: start)
            throw error
        }
        let status = response.status.code
        let isStream = response.headers[.contentType]?.hasPrefix("text/event-stream") == true
        if isStream { self.tell(method, context, status: status, since: start) }
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            if isStream { self.observe(.streamOpened) }
            defer {
                if isStream {
                    self.observe(.streamClosed)
                } else {
                    self.tell(method, context, status: status, since: start)
                }
            }
            try await body.write(writer)
        }
        return response
    }

    private func tell(_ method: String, _ context: Context, status: Int, since start: Duration) {
        self.observe(
            .answered(
                method: method,
                route: context.endpointPath ?? "NotFound",
                status: status,
                duration: self.uptime.now - start
            )
        )
    }
}
