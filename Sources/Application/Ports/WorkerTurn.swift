package import Domain
package import Foundation

/// One builder turn (spec 03 §2.1).
package struct WorkerTurn: Sendable {
    package var scope: RunScope
    package var appName: String
    package var prompt: String
    package var systemPrompt: String
    package var settings: RuntimeSettings
    /// 500 for builder turns.
    package var maxTurns: Int
    /// `nil` starts a fresh native session, or goes on with the live one where `continuesLiveSession` says so.
    package var session: WorkerSession?
    /// Without a `session`: go on with the one that the worker has, when it is one of the same runtime (spec 03 §3).
    package var continuesLiveSession = false
    /// Written only into a workspace that is empty or out of date; `nil` means the template.
    package var sourceFiles: [SourceFile]?
    /// `sourceFiles` holds what the workspace must start from.
    ///
    /// Without it a worker whose workspace is out of date refuses with `restoreNeeded` instead of starting from the
    /// template.
    package var restoresFiles: Bool
    /// Which assignment of the app to a worker this turn belongs to (spec 05 B46).
    ///
    /// A workspace of another assignment is out of date. `nil` where there is one worker only: nothing is compared.
    package var assignment: String?
    /// Tells the turns of a run apart, so that a late stop cannot end the next one.
    package var turnID: String?
    package var requestedByUserID: User.ID
    package var requestedByUserName: String

    package init(
        scope: RunScope,
        appName: String,
        prompt: String,
        systemPrompt: String,
        settings: RuntimeSettings,
        maxTurns: Int,
        session: WorkerSession?,
        sourceFiles: [SourceFile]?,
        restoresFiles: Bool = true,
        assignment: String? = nil,
        turnID: String? = nil,
        requestedByUserID: User.ID,
        requestedByUserName: String
    ) {
        self.scope = scope
        self.appName = appName
        self.prompt = prompt
        self.systemPrompt = systemPrompt
        self.settings = settings
        self.maxTurns = maxTurns
        self.session = session
        self.sourceFiles = sourceFiles
        self.restoresFiles = restoresFiles
        self.assignment = assignment
        self.turnID = turnID
        self.requestedByUserID = requestedByUserID
        self.requestedByUserName = requestedByUserName
    }
}

/// A native session as it travels between the worker and the documents.
package struct WorkerSession: Sendable, Equatable {
    package var runtimeID: RuntimeID
    package var sessionID: String
    /// `claude-jsonl` with a transcript, else `<runtimeId>-session`.
    package var format: String
    package var transcript: Data?

    package init(runtimeID: RuntimeID, sessionID: String, format: String, transcript: Data?) {
        self.runtimeID = runtimeID
        self.sessionID = sessionID
        self.format = format
        self.transcript = transcript
    }
}
