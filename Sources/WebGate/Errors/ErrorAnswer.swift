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
        case let refusal as PeopleRefusal: self = Self.answer(to: refusal)
        case let refusal as AppRefusal: self = Self.answer(to: refusal)
        case let refusal as RunRefusal: self = Self.answer(to: refusal)
        case let error as MultipartError: self = Self.answer(to: error)
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
        case .serverStopping:
            Self(
                .serviceUnavailable,
                "server_stopping",
                "This server is being stopped. Try again in a moment.",
                retryAfterSeconds: 2
            )
        case .bodyTooLarge: Self(.contentTooLarge, "body_too_large", "That is more than this address takes.")
        case .bodyInterrupted: Self(.badRequest, "body_interrupted", "The body did not arrive whole.")
        case .invalidForm: Self(.badRequest, "invalid_form", "The form could not be read.")
        case .invalidJSON: Self(.badRequest, "invalid_json", "The body is not a JSON object.")
        case .forbidden(let code): Self(.forbidden, code, "Your role does not allow this.")
        }
    }

    private static func answer(to refusal: PeopleRefusal) -> Self {
        switch refusal {
        case .unsupportedAuthMode: Self(.badRequest, "unsupported_auth_mode", "Sign-in works differently here.")
        case .invalidIdentity: Self(.badRequest, "invalid_identity", "Please check what you entered.")
        case .invalidWorkspace: Self(.badRequest, "invalid_workspace", "A workspace name has 2 to 80 characters.")
        case .invalidStep: Self(.badRequest, "invalid_step", "There is no such step.")
        case .invalidPreferences: Self(.badRequest, "invalid_preferences", "The preferences could not be read.")
        case .invalidLoaderColor: Self(.badRequest, "invalid_loader_color", "There is no such colour.")
        case .invalidLoaderStyle: Self(.badRequest, "invalid_loader_style", "There is no such style.")
        case .invalidLoaderCustomColor:
            Self(.badRequest, "invalid_loader_custom_color", "A colour is written #RGB or #RRGGBB.")
        case .invalidThemeMode: Self(.badRequest, "invalid_theme_mode", "There is no such theme.")
        case .emptyPreferences: Self(.badRequest, "empty_preferences", "Nothing to change was given.")
        case .invalidAppRuntimeSettings:
            Self(.badRequest, "invalid_app_runtime_settings", "The settings are switches: true or false.")
        case .workspaceMissing: Self.answer(to: GateRefusal.notFound)
        }
    }

    private static func answer(to refusal: AppRefusal) -> Self {
        switch refusal {
        case .notFound: Self.answer(to: GateRefusal.notFound)
        case .invalidAppName: Self(.badRequest, "invalid_app_name", "An app name has 2 to 80 characters.")
        case .invalidName: Self(.badRequest, "invalid_name", "A name has 1 to 80 characters.")
        case .invalidBody: Self(.badRequest, "invalid_body", "The body is not what this address expects.")
        case .invalidRuntimeSettings:
            Self(.badRequest, "invalid_runtime_settings", "There is no such runtime or model.")
        case .invalidCursor: Self(.badRequest, "invalid_cursor", "The list changed. Start again at its beginning.")
        case .attachmentsRequireInitialRun:
            Self(.badRequest, "attachments_require_initial_run", "Files can only be added to a first conversation.")
        case .versionNotFound: Self(.notFound, "version_not_found", "There is no such version.")
        case .fileNotFound: Self(.notFound, "file_not_found", "There is no such file.")
        case .previewNotFound: Self(.notFound, "preview_not_found", "There is nothing to show here yet.")
        case .previewExpired: Self(.gone, "preview_expired", "This address is too old. Reload the page it was on.")
        case .runStreaming: Self(.conflict, "run_already_streaming", "The builder is at work. Wait or stop it first.")
        case .runNotFound: Self(.notFound, "run_not_found", "There is no such conversation.")
        case .invalidFormData: Self(.badRequest, "invalid_form_data", "The upload could not be read.")
        case .missingFiles: Self(.badRequest, "missing_files", "Files and their ids do not match, or there are none.")
        case .invalidFile: Self(.badRequest, "invalid_file", "One of the files is not usable.")
        case .tooManyFiles: Self(.contentTooLarge, "too_many_files", "At most 10 files at once.")
        case .fileTooLarge: Self(.contentTooLarge, "file_too_large", "A file may have at most 25 MiB.")
        case .uploadTooLarge: Self(.contentTooLarge, "upload_too_large", "All files together may have at most 50 MiB.")
        case .workerUnavailable: Self(.badGateway, "worker_unavailable", "The builder cannot be reached. Try again.")
        case .uploadFailed(let code): Self(.badGateway, code, "The builder did not take the files.")
        case .agentNotFound: Self(.notFound, "agent_not_found", "There is no such agent.")
        case .skillNotFound: Self(.notFound, "skill_not_found", "There is no such skill.")
        }
    }

    private static func answer(to refusal: RunRefusal) -> Self {
        switch refusal {
        case .runNotFound: Self.answer(to: AppRefusal.runNotFound)
        case .invalidBody: Self.answer(to: AppRefusal.invalidBody)
        case .invalidRuntimeSettings: Self.answer(to: AppRefusal.invalidRuntimeSettings)
        case .attachmentUnavailable:
            Self(.conflict, "attachment_unavailable", "An attached file is gone. Attach it again.")
        case .workerUnavailable: Self.answer(to: AppRefusal.workerUnavailable)
        }
    }

    private static func answer(to error: MultipartError) -> Self {
        switch error {
        case .malformed: Self.answer(to: AppRefusal.invalidFormData)
        case .tooManyFiles: Self.answer(to: AppRefusal.tooManyFiles)
        case .fileTooLarge: Self.answer(to: AppRefusal.fileTooLarge)
        case .totalTooLarge: Self.answer(to: AppRefusal.uploadTooLarge)
        case .fieldTooLarge: Self.answer(to: GateRefusal.bodyTooLarge)
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
