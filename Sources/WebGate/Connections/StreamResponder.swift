package import Hummingbird

/// Finds the answers of streams in tasks of their own.
///
/// A task keeps the memory of its deepest call for as long as it lives. On the way to a handler that is some forty
/// kilobytes, which a viewer's connection would hold for hours; a task of its own gives them back when the stream begins.
package struct StreamResponder<Base: HTTPResponder<SecondRequestContext>>: HTTPResponder {
    private let base: Base

    package init(_ base: Base) {
        self.base = base
    }

    package func respond(to request: Request, context: SecondRequestContext) async throws -> Response {
        guard Self.mayStream(request.uri.path) else {
            return try await self.base.respond(to: request, context: context)
        }
        async let response = self.base.respond(to: request, context: context)
        return try await response
    }

    /// By the end of the path, before anything is known about the request: a wrong guess costs a microsecond.
    private static func mayStream(_ path: String) -> Bool {
        path.hasSuffix("/stream") || path.hasSuffix("/events") || path.hasSuffix("/chat")
    }
}
