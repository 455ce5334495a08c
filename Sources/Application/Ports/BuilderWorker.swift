package import Domain
package import Foundation
package import RuntimeProtocols

/// Runs coding agents in workspace directories (spec 03 §1–§4); in the embedded shape in this process, else over HTTP.
///
/// The worker knows no documents: what must last is handed to it and fetched from it.
package protocol BuilderWorker: Sendable {
    /// Runs one turn. The stream ends when the turn has ended well (`[DONE]` on the wire) and throws `WorkerFailure`
    /// when it broke. Dropping the stream cancels the turn.
    ///
    /// - Throws: `WorkerRefusal` before anything was changed.
    func startTurn(_ turn: WorkerTurn) async throws -> AsyncThrowingStream<RuntimeEvent, any Error>

    /// Ends the running turn of a run and waits, at most a few seconds, until the worker is idle again (spec 02 B8).
    ///
    /// With a `turnID` any other turn of the run goes on; `nil` ends whichever runs.
    func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation

    func status(of appID: App.ID) async throws -> WorkerStatus

    /// The agent's own session after a turn, with the transcript where the runtime can be restored from one.
    func session(of appID: App.ID) async throws -> WorkerSession?

    /// The workspace as it may be saved; missing directory: no files.
    /// - Throws: `WorkerRefusal.snapshotRefused` naming every offender.
    func files(of appID: App.ID) async throws -> [SourceFile]

    func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws
    /// Which of the paths (at most 10) are not in the workspace.
    func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String]

    /// Asks the model for a name and a one-sentence description (spec 03 §15).
    func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata

    /// Replaces the workspace's content entries by these files; refused while a turn runs.
    func restore(_ files: [SourceFile], of appID: App.ID) async throws

    /// Ends the session and removes the workspace and the app's private home for good.
    func remove(_ appID: App.ID) async throws

    func detectRuntimes() async -> RuntimeDetection
}

extension BuilderWorker {
    /// Ends whichever turn of the run is running.
    package func cancel(_ scope: RunScope) async throws -> WorkerCancellation {
        try await self.cancel(scope, turnID: nil)
    }
}

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

/// Spec 03 §2.2.
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

package struct WorkerAttachment: Sendable, Equatable {
    package var reference: AttachmentRef
    package var bytes: Data

    package init(reference: AttachmentRef, bytes: Data) {
        self.reference = reference
        self.bytes = bytes
    }
}

package struct WorkerMetadataRequest: Sendable {
    package var appID: App.ID
    /// Cut to 10,000 characters.
    package var prompt: String
    package var fallbackName: String
    package var settings: RuntimeSettings

    package init(appID: App.ID, prompt: String, fallbackName: String, settings: RuntimeSettings) {
        self.appID = appID
        self.prompt = prompt
        self.fallbackName = fallbackName
        self.settings = settings
    }
}

package struct WorkerMetadata: Sendable, Equatable {
    /// 2–80 characters.
    package var name: String
    /// 2–300 characters.
    package var description: String

    package init(name: String, description: String) {
        self.name = name
        self.description = description
    }
}

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

/// What `GET /api/setup/detect-provider` shows (spec 03 §17.1): booleans and versions, never values.
package struct RuntimeDetection: Codable, Sendable, Equatable {
    package struct Runtime: Codable, Sendable, Equatable {
        package struct Authentication: Codable, Sendable, Equatable {
            package var envKeyConfigured: Bool
            package var cliLikelyConfigured: Bool

            package init(envKeyConfigured: Bool, cliLikelyConfigured: Bool) {
                self.envKeyConfigured = envKeyConfigured
                self.cliLikelyConfigured = cliLikelyConfigured
            }
        }

        /// What the self-test of this version of the runtime found (spec 03 §22.34).
        package struct SelfTest: Codable, Sendable, Equatable {
            package var passed: Bool
            /// A stable code, such as `self_test_no_tool_call`, when it failed.
            package var code: String?
            /// One line that may be shown, when it failed.
            package var message: String?

            package init(passed: Bool, code: String? = nil, message: String? = nil) {
                self.passed = passed
                self.code = code
                self.message = message
            }
        }

        package var available: Bool
        package var version: String?
        /// For Claude Code `subprocessEnvScrub`, `linuxBubblewrapRequired`, `linuxBubblewrapAvailable`.
        package var features: [String: Bool]?
        package var error: String?
        package var auth: Authentication
        /// `nil` while there was none.
        ///
        /// A failed one does not keep anybody from trying a turn.
        package var selfTest: SelfTest?

        package init(
            available: Bool,
            version: String? = nil,
            features: [String: Bool]? = nil,
            error: String? = nil,
            auth: Authentication,
            selfTest: SelfTest? = nil
        ) {
            self.available = available
            self.version = version
            self.features = features
            self.error = error
            self.auth = auth
            self.selfTest = selfTest
        }
    }

    /// Keyed by runtime id.
    package var runtimes: [String: Runtime]
    /// The worker plays recorded turns instead of asking a model; every page says so.
    package var isDemo: Bool
    /// Why nobody could look, when that is so: no worker answered.
    package var error: String?

    /// What is known of the runtimes while no worker answers.
    package static let workerUnavailable = Self(runtimes: [:], isDemo: false, error: "worker_unavailable")

    package init(runtimes: [String: Runtime], isDemo: Bool, error: String? = nil) {
        self.error = error
        self.runtimes = runtimes
        self.isDemo = isDemo
    }
}
