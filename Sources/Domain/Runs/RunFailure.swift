/// Why a run's last turn did not complete (spec 02 §2).
package struct RunFailure: Codable, Sendable, Equatable {
    package enum Code: String, Codable, Sendable {
        case workerStreamFailed = "worker_stream_failed"
        case buildIncomplete = "build_incomplete"
        case claimRejected = "claim_rejected"
        case staleStreamRecovered = "stale_stream_recovered"
        case staleInput = "stale_input"
        case userStopped = "user_stopped"
        case workerCancelFailed = "worker_cancel_failed"
        case persistenceFailed = "persistence_failed"
        case unknown
    }

    package enum Phase: String, Codable, Sendable {
        case claim, attach
        case workerStream = "worker_stream"
        case persistence
        case clientStop = "client_stop"
        case watchdog
    }

    package var code: Code
    package var phase: Phase
    /// White space collapsed, at most 240 characters, safe to show.
    package var message: String
    package var retryable: Bool
    package var occurredAt: Timestamp

    package init(code: Code, phase: Phase, message: String, retryable: Bool, occurredAt: Timestamp) {
        self.code = code
        self.phase = phase
        self.message = String(message.collapsingWhitespace().prefix(240))
        self.retryable = retryable
        self.occurredAt = occurredAt
    }
}
