package import Domain
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
