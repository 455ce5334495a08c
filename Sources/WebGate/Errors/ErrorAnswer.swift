import Application
import Domain
package import HTTPTypes
import Hummingbird
import NIOCore

/// What an error becomes on the wire: status, a code that never changes its meaning, a sentence for people.
package struct ErrorAnswer: Sendable, Equatable {
    package var status: HTTPResponse.Status
    package var code: String
    package var sentence: String
    package var retryAfterSeconds: Int?

    package init(_ status: HTTPResponse.Status, _ code: String, _ sentence: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.sentence = sentence
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// For everything that nobody foresaw; the cause is in the log, never here.
    package static let fault = Self(.internalServerError, "internal_error", "Something went wrong on our side.")

    /// The one place where refusals get their status and code; `nil` is a fault.
    package init?(_ error: any Error) {
        switch error {
        case let refusal as GateRefusal: self = Self.answer(to: refusal)
        case let error as any HTTPResponseError: self = Self.answer(to: error.status)
        default: return nil
        }
    }

    private static func answer(to refusal: GateRefusal) -> Self {
        switch refusal {
        case .identityRequired: Self(.unauthorized, "identity_required", "Say who you are first.")
        case .profileRequired: Self(.unauthorized, "profile_required", "Your name and email address are missing.")
        case .workspaceRequired: Self(.forbidden, "workspace_required", "You are in no workspace yet.")
        case .notFound: Self(.notFound, "not_found", "There is nothing here.")
        case .missing(let code): Self(.notFound, code, "There is nothing here.")
        case .crossOriginBlocked:
            Self(.forbidden, "cross_origin_blocked", "Another website tried to change something here.")
        case .hostNotAllowed:
            Self(.forbidden, "host_not_allowed", "This server does not answer under that name.")
        case .rateLimited(let seconds):
            Self(
                .tooManyRequests,
                "rate_limited",
                "That was too often. Try again in \(seconds) seconds.",
                retryAfterSeconds: seconds
            )
        case .bodyTooLarge: Self(.contentTooLarge, "body_too_large", "That is more than this address takes.")
        case .invalidForm: Self(.badRequest, "invalid_form", "The form could not be read.")
        case .invalidJSON: Self(.badRequest, "invalid_json", "The body is not a JSON object.")
        case .forbidden(let code): Self(.forbidden, code, "Your role does not allow this.")
        }
    }

    /// What the HTTP library refuses by itself.
    private static func answer(to status: HTTPResponse.Status) -> Self {
        switch status {
        case .notFound: self.answer(to: GateRefusal.notFound)
        case .contentTooLarge: self.answer(to: GateRefusal.bodyTooLarge)
        default: Self(status, "request_refused", status.reasonPhrase)
        }
    }
}
