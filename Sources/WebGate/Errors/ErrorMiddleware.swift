import Foundation
import HTTPTypes
package import Hummingbird
import Logging
package import NIOCore

/// Turns errors into answers: refusals with their code, faults logged once, here, and told to nobody.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = SecondRequestContext

    let renderPage: ErrorPage.Render

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            var response = try await next(request, context)
            if context.path.area == .api, response.headers[.cacheControl] == nil {
                response.headers[.cacheControl] = "no-store"
            }
            return response
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            let answer = ErrorAnswer(error)
            if answer == nil {
                Logger.current.error(
                    "Request failed",
                    metadata: [
                        "error": "\(String(reflecting: error))",
                        "http.method": "\(request.method)",
                        "http.route": "\(context.endpointPath ?? "none")",
                    ]
                )
            }
            return self.response(to: request, at: context.path, answer: answer ?? .fault)
        }
    }

    private func response(to request: Request, at path: RequestPath, answer: ErrorAnswer) -> Response {
        let isPage = path.area != .api && request.prefersHTML
        var response = isPage ? self.page(answer) : JSONAnswer.response(answer)
        response.headers[.cacheControl] = "no-store"
        if let seconds = answer.retryAfterSeconds { response.headers[.retryAfterSeconds] = String(seconds) }
        return response
    }

    private func page(_ answer: ErrorAnswer) -> Response {
        Response(
            status: answer.status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: self.renderPage(answer))
        )
    }
}

/// The page that a person sees instead of the one asked for.
package enum ErrorPage {
    package typealias Render = @Sendable (ErrorAnswer) -> ByteBuffer

    /// Text only, for when no page kit is there.
    package static let plain: Render = { answer in
        ByteBuffer(
            string: """
                <!doctype html><html lang="en"><meta charset="utf-8"><title>\(answer.status.code)</title>\
                <h1>\(answer.status.code)</h1><p>\(answer.sentence)</p><p><a href="/">Home</a></p></html>
                """
        )
    }
}

extension Request {
    /// A browser asks for a page, not a script for data.
    package var prefersHTML: Bool {
        let accept = self.headers[.accept] ?? ""
        return accept.contains("text/html") && !self.prefersJSON
    }

    package var prefersJSON: Bool {
        guard let accept = self.headers[.accept] else { return false }
        guard let json = accept.range(of: "application/json") else { return false }
        guard let html = accept.range(of: "text/html") else { return true }
        return json.lowerBound < html.lowerBound
    }
}
