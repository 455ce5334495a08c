/// A refusal or failure of a worker as it travels between two processes.
///
/// Answers keep the plain `{"error": "<code>"}` of spec 03 §2, where one text can mean two things; the header says which
/// it is, so that the other side gets back exactly what was thrown here.
package enum WorkerProblem: Error, Sendable, Equatable {
    case refusal(WorkerRefusal)
    case failure(WorkerFailure)

    /// The header that holds `kind`.
    package static let header = "x-second-problem"

    package var kind: String {
        switch self {
        case .refusal(.busy): "busy"
        case .refusal(.atCapacity): "at_capacity"
        case .refusal(.draining): "draining"
        case .refusal(.restoreNeeded): "restore_needed"
        case .refusal(.runtimeUnavailable): "runtime_unavailable"
        case .refusal(.invalidRequest): "invalid_request"
        case .refusal(.attachmentRefused): "attachment_refused"
        case .refusal(.snapshotRefused): "snapshot_refused"
        case .refusal(.unreachable): "unreachable"
        case .failure(.cancelled): "cancelled"
        case .failure(.sessionLost): "session_lost"
        case .failure(.failed): "failed"
        }
    }

    /// The text of `error` in the answer's body.
    package var text: String {
        switch self {
        case .refusal(.busy): "session_busy"
        case .refusal(.atCapacity): "at_capacity"
        case .refusal(.draining): "draining"
        case .refusal(.restoreNeeded): "restore_needed"
        case .refusal(.runtimeUnavailable): "runtime_unavailable"
        case .refusal(.invalidRequest(let code)), .refusal(.attachmentRefused(let code)): code
        case .refusal(.snapshotRefused(let message)): message
        case .refusal(.unreachable): "worker_unreachable"
        case .failure(.cancelled): "Agent run cancelled"
        case .failure(.sessionLost): "session_lost"
        case .failure(.failed(let message)): message
        }
    }

    /// What `message` in the answer's body says beside a code.
    package var message: String? {
        guard case .refusal(.runtimeUnavailable(let reason)) = self else { return nil }
        return reason
    }

    /// The inverse; `nil` for a kind that this version does not know.
    package init?(kind: String, text: String, message: String?) {
        switch kind {
        case "busy": self = .refusal(.busy)
        case "at_capacity": self = .refusal(.atCapacity)
        case "draining": self = .refusal(.draining)
        case "restore_needed": self = .refusal(.restoreNeeded)
        case "runtime_unavailable": self = .refusal(.runtimeUnavailable(message ?? text))
        case "invalid_request": self = .refusal(.invalidRequest(code: text))
        case "attachment_refused": self = .refusal(.attachmentRefused(code: text))
        case "snapshot_refused": self = .refusal(.snapshotRefused(text))
        case "unreachable": self = .refusal(.unreachable)
        case "cancelled": self = .failure(.cancelled)
        case "session_lost": self = .failure(.sessionLost)
        case "failed": self = .failure(.failed(text))
        default: return nil
        }
    }

    /// The error that a caller of the port gets.
    package var error: any Error {
        switch self {
        case .refusal(let refusal): refusal
        case .failure(let failure): failure
        }
    }
}
