/// What a worker has of an app (spec 03 §2.2).
package struct WorkerStatus: Sendable, Equatable {
    package var exists: Bool
    package var isBusy: Bool
    package var workspaceExists: Bool
    package var workspaceHasFiles: Bool
    package var sessionID: String?

    package var restoreNeeded: Bool { !self.workspaceHasFiles }

    package init(exists: Bool, isBusy: Bool, workspaceExists: Bool, workspaceHasFiles: Bool, sessionID: String?) {
        self.exists = exists
        self.isBusy = isBusy
        self.workspaceExists = workspaceExists
        self.workspaceHasFiles = workspaceHasFiles
        self.sessionID = sessionID
    }
}

/// What became of a request to end a turn (spec 02 B8).
package struct WorkerCancellation: Sendable, Equatable {
    /// A turn of that run was running and was told to stop.
    package var cancelled: Bool
    /// The worker was idle when the call returned.
    package var isIdle: Bool

    package init(cancelled: Bool, isIdle: Bool) {
        self.cancelled = cancelled
        self.isIdle = isIdle
    }
}
