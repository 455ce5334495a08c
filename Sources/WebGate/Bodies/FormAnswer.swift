import Domain
import HTTPTypes
package import Hummingbird

/// Answers of form routes: a redirect for a page, data for a script (spec 01 B22).
package struct FormAnswer: Sendable {
    private let configuration: GateConfiguration

    package init(configuration: GateConfiguration) {
        self.configuration = configuration
    }

    /// 303 to one of our own paths; 200 `{redirect}` when JSON was asked for.
    package func accepted(_ request: Request, to path: String) throws -> Response {
        guard !request.prefersJSON else { return try JSONAnswer.response(["redirect": path]) }
        return self.redirect(to: path)
    }

    /// 303 back to the form with `?error=`; 400 `{error}` when JSON was asked for.
    package func refused(_ request: Request, code: String, backTo path: String) -> Response {
        guard !request.prefersJSON else {
            return JSONAnswer.response(ErrorAnswer(.badRequest, code, "Please check what you entered."))
        }
        return self.redirect(to: "\(path)?error=\(code)")
    }

    private func redirect(to path: String) -> Response {
        var response = Response.redirect(to: self.configuration.location(path), type: .normal)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
