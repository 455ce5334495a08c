/// Why a request gets no further than the door (spec 01 §4, §6, B6, B22, B25).
package enum GateRefusal: Error, Sendable, Equatable {
    case identityRequired
    case profileRequired
    case workspaceRequired
    /// Malformed, unknown and foreign workspaces, unknown routes: one answer for all.
    case notFound
    /// A thing inside the workspace that is not there, or not this person's to know; the code is the route's own.
    case missing(code: String)
    case crossOriginBlocked
    case hostNotAllowed
    case rateLimited(retryAfterSeconds: Int)
    /// This process was told to stop and begins nothing that lasts.
    case serverStopping
    case bodyTooLarge
    /// The client left, or broke the protocol, while it was sending.
    case bodyInterrupted
    case invalidForm
    case invalidJSON
    /// In the workspace, but the role is too low; the code is the route's own.
    case forbidden(code: String)
}
