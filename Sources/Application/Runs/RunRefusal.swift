/// Why a run route does not do what it was asked; nothing was changed (spec 02 §5).
package enum RunRefusal: Error, Sendable, Equatable {
    /// 404 `run_not_found`.
    case runNotFound
    /// 400 `invalid_body`.
    case invalidBody
    /// 400 `invalid_runtime_settings`.
    case invalidRuntimeSettings
    /// 409 `attachment_unavailable`.
    case attachmentUnavailable
    /// 502 `worker_unavailable`.
    case workerUnavailable
}
