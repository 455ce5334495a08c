/// Why the worker did not do what it was asked; nothing was changed (spec 03 §2, §22.19).
package enum WorkerRefusal: Error, Sendable, Equatable {
    /// Another turn of the app is running: 409 `session_busy`.
    case busy
    /// 503 with a retry hint.
    case atCapacity
    /// The worker is about to stop and takes no more turns; another one may.
    case draining
    /// The worker's copy of the app is not the current one, and the request does not bring it: ask for the status and
    /// send the files.
    case restoreNeeded
    case runtimeUnavailable(String)
    case invalidRequest(code: String)
    case attachmentRefused(code: String)
    /// 413; the message names every offender and the limit.
    case snapshotRefused(String)
    case unreachable

    /// A sentence for the person whose turn it was.
    package var message: String {
        switch self {
        case .busy: "The builder is still busy with this app. Try again in a moment."
        case .atCapacity: "The builder has too much to do right now. Try again in a minute."
        case .draining, .restoreNeeded: "The builder has moved. Try again."
        case .runtimeUnavailable(let reason): reason
        case .invalidRequest(let code), .attachmentRefused(let code): "The builder refused the turn (\(code))."
        case .snapshotRefused(let reason): reason
        case .unreachable: "The builder cannot be reached. Try again."
        }
    }
}

/// Why a running turn broke; the message may be shown (one line, redacted, at most 240 characters).
package enum WorkerFailure: Error, Sendable, Equatable {
    case cancelled
    case failed(String)
    /// The native session to resume is gone; the caller starts a fresh one with a hand-off (facts, spec 02 §10).
    case sessionLost
}
