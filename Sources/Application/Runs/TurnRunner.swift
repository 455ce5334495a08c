import Bus
import Documents
import Domain
import Foundation
import Logging
import NIOCore
import RuntimeProtocols
import Wire

/// What a turn needs besides its claim.
struct TurnInput: Sendable {
    var app: App
    var run: Run
    var messages: [UIMessage]
    var isRerun: Bool
    var settings: RuntimeSettings
    var systemPrompt: String
    var person: TurnIntake.Author
}

/// Runs one claimed turn from the worker's first event to the run's last write (spec 02 §5, steps 8–17).
struct TurnRunner: Sendable {
    let turn: ActiveTurn
    let input: TurnInput
    let tools: RunTools

    private var scope: RunScope { self.turn.scope }
    private var appScope: AppScope { AppScope(workspaceID: self.scope.workspaceID, appID: self.scope.appID) }

    /// Never throws: every way out writes the run's end, or finds that the lease is somebody else's.
    func run() async {
        var progress = TurnProgress(assistantID: self.turn.assistantID)
        do {
            try await withThrowingTaskGroup(of: TurnProgress?.self) { group in
                group.addTask { try await self.keepAlive() }
                group.addTask { [progress] in
                    var progress = progress
                    await self.drive(&progress)
                    return progress
                }
                // Whoever ends first: the turn itself, or the heartbeat that found the lease lost.
                if let ended = try await group.next(), let ended { progress = ended }
                group.cancelAll()
                // A cancelled heartbeat says nothing.
                if let late = try? await group.next(), let late { progress = late }
            }
        } catch {
            self.log(.error, "A turn's heartbeat failed", error)
        }
        try? await self.tools.bus.finishLog(self.turn.log)  // A bus that is gone has no readers to tell.
    }

    /// Moves the lease's heartbeat forward until it is lost or the turn is over.
    private func keepAlive() async throws -> TurnProgress? {
        while true {
            do {
                try await self.tools.clock.sleep(for: .seconds(20))
            } catch {
                return nil
            }
            guard try await self.tools.runs.beat(self.scope, lease: self.turn.lease, at: self.tools.wallClock.now)
            else {
                return nil
            }
        }
    }

    private func drive(_ progress: inout TurnProgress) async {
        do {
            try await self.emit([.start(messageID: self.turn.assistantID)], &progress)
            guard
                let ready = try await self.tools.runs.makeAttachable(
                    self.scope,
                    lease: self.turn.lease,
                    streamID: self.turn.streamID,
                    at: self.tools.wallClock.now
                )
            else { return }
            await self.tools.events.publish(.runStreamReady, of: ready)
            try await self.converse(&progress)
            try await self.conclude(&progress)
        } catch {
            await self.breakOff(because: error, &progress)
        }
    }

    // MARK: - The worker's part

    private func converse(_ progress: inout TurnProgress) async throws {
        var session = try await self.session()
        while true {
            let turn = try await self.workerTurn(session)
            do {
                for try await event in try await self.tools.worker.startTurn(turn) {
                    try await self.take(event, &progress)
                }
                return
            } catch WorkerFailure.sessionLost where session != nil {
                // The native session is gone: once more from the start, with a hand-off.
                try await self.tools.runs.clearSession(
                    of: self.input.settings.runtimeID,
                    in: self.scope,
                    lease: self.turn.lease
                )
                session = nil
            }
        }
    }

    private func take(_ event: RuntimeEvent, _ progress: inout TurnProgress) async throws {
        if case .stream(.messageDelta(let usage?)) = event { progress.add(usage) }
        try await self.emit(progress.translator.translate(event), &progress)
        if case .toolResult(let id, let content, let isError) = event, !isError,
            progress.translator.tools[id]?.name == TurnOutcome.buildTool, TurnOutcome.isBuildSuccess(content)
        {
            try await self.saveBuild(summary: TurnOutcome.buildSummary(content), &progress)
        }
        try await self.checkpoint(&progress)
    }

    private func emit(_ chunks: [UIMessageChunk], _ progress: inout TurnProgress) async throws {
        guard !chunks.isEmpty else { return }
        var frames: [ByteBuffer] = []
        for chunk in chunks {
            progress.add(chunk)
            // The turn is its log's only writer, so it knows each record's sequence number beforehand.
            progress.sequence += 1
            frames.append(EventStreamFrame.data(chunk.encoded(), id: progress.sequence))
        }
        try await self.tools.bus.append(frames, to: self.turn.log)
    }

    /// Keeps the answer so far at most every two seconds, so that a killed process loses no more than that.
    private func checkpoint(_ progress: inout TurnProgress) async throws {
        let now = self.tools.wallClock.now
        guard progress.isDirty, now.since(progress.checkpointedAt ?? self.turn.lease.startedAt) >= .seconds(2) else {
            return
        }
        progress.checkpointedAt = now
        progress.isDirty = false
        let isHeld = try await self.tools.runs.checkpoint(
            self.scope,
            lease: self.turn.lease,
            messages: self.input.messages + [progress.accumulator.message(metadata: .init(createdAt: now))],
            at: now
        )
        if !isHeld { throw LeaseLost() }
    }

    // MARK: - What goes in

    private func session() async throws -> WorkerSession? {
        guard !self.input.isRerun,
            let state = self.input.run.runtimeSessionStates?[self.input.settings.runtimeID.rawValue]
        else { return nil }
        var transcript: Data?
        if let hash = state.dataHash { transcript = try await self.tools.blobs.get(hash, in: self.scope.workspaceID) }
        return WorkerSession(
            runtimeID: state.runtimeID,
            sessionID: state.sessionID,
            format: state.format ?? "\(state.runtimeID.rawValue)-session",
            transcript: transcript
        )
    }

    private func workerTurn(_ session: WorkerSession?) async throws -> WorkerTurn {
        // Unreachable counts as "restore needed".
        let status = try? await self.tools.worker.status(of: self.scope.appID)
        var session = session
        var sourceFiles: [SourceFile]?
        if status?.restoreNeeded ?? true {
            // Without the files a native session would speak of things that are not there; a transcript travels along.
            if session?.transcript == nil { session = nil }
            if let draft = self.input.app.draft,
                let revision = try await self.tools.revisions.find(draft.revisionID, of: self.appScope)
            {
                sourceFiles = try await self.tools.revisions.files(of: revision)
            }
        }
        let covered =
            session == nil
            ? 0 : self.input.run.runtimeSessionStates?[self.input.settings.runtimeID.rawValue]?.uiMessageCount ?? 0
        return WorkerTurn(
            scope: self.scope,
            appName: self.input.app.name,
            prompt: HandOff.prompt(
                for: self.input.messages,
                covered: covered,
                appName: self.input.app.name,
                settings: self.input.settings
            ),
            systemPrompt: self.input.systemPrompt,
            settings: self.input.settings,
            maxTurns: TurnOutcome.maximumTurns,
            session: session,
            sourceFiles: sourceFiles,
            requestedByUserID: self.input.person.id,
            requestedByUserName: self.input.person.name
        )
    }

    // MARK: - The build

    /// Saves the workspace as a revision at the moment of success, so that preview and history have it at once (B10).
    private func saveBuild(summary: String?, _ progress: inout TurnProgress) async throws {
        do {
            let files = try await self.tools.worker.files(of: self.scope.appID)
            let revision = try await self.tools.sources.save(
                files,
                of: self.appScope,
                summary: summary,
                origin: .build,
                runID: self.scope.runID,
                by: self.input.person.id
            )
            progress.outcome.savedBuild()
            progress.savedHash = revision.hash
        } catch {
            throw PersistenceFailed(underlying: error)
        }
    }

    // MARK: - The end

    private func conclude(_ progress: inout TurnProgress) async throws {
        guard let closing = progress.translator.finish() else { throw WorkerFailure.failed("The answer broke off.") }
        try await self.emit(closing, &progress)
        if progress.outcome.usedShellSinceBuild, try await self.shellChanged(progress) {
            progress.outcome.foundShellChanges()
        }
        let now = self.tools.wallClock.now
        let failure = progress.outcome.failure(of: progress.translator, at: now)
        let messages = self.finalMessages(progress, at: now)
        try await self.keepSession(covering: messages.count)
        if let failure {
            try await self.emit([.error(errorText: failure.message)], &progress)
            await self.end(progress, messages, failure)
        } else {
            try await self.emit([.finish], &progress)
            await self.end(progress, messages, nil)
        }
    }

    /// Whether the shell left sources that no build has seen.
    private func shellChanged(_ progress: TurnProgress) async throws -> Bool {
        guard let reference = progress.savedHash ?? self.input.app.draft?.hash else { return false }
        let files = try await self.tools.worker.files(of: self.scope.appID)
        return SourceRevision.hash(of: files) != reference
    }

    private func keepSession(covering count: Int) async throws {
        // The session is a comfort: without it the next turn starts with a hand-off.
        guard let session = try? await self.tools.worker.session(of: self.scope.appID) else { return }
        var hash: ContentHash?
        if let transcript = session.transcript {
            hash = try await self.tools.blobs.put(transcript, in: self.scope.workspaceID)
        }
        let state = ProviderSessionState(
            runtimeID: session.runtimeID,
            sessionID: session.sessionID,
            format: session.format,
            dataHash: hash,
            uiMessageCount: count
        )
        _ = try await self.tools.runs.setSession(state, of: self.scope, lease: self.turn.lease)
    }

    private func breakOff(because error: any Error, _ progress: inout TurnProgress) async {
        guard !(error is LeaseLost) else { return }
        let now = self.tools.wallClock.now
        let failure = self.failure(for: error, at: now)
        let reason = failure.code == .userStopped ? "Stopped." : "Interrupted."
        let closing = progress.translator.interrupt(reason: reason)
        let isQuiet = failure.code == .userStopped
        do {
            try await self.emit(closing + [isQuiet ? .finish : .error(errorText: failure.message)], &progress)
        } catch {
            self.log(.warning, "The end of a turn did not reach its log", error)
        }
        await self.end(progress, self.finalMessages(progress, at: now), failure)
    }

    private func failure(for error: any Error, at now: Timestamp) -> RunFailure {
        if self.turn.stopRequested {
            return RunFailure(
                code: .userStopped,
                phase: .clientStop,
                message: "Stopped by a person.",
                retryable: true,
                occurredAt: now
            )
        }
        switch error {
        case let error as PersistenceFailed:
            self.log(.error, "A build could not be saved", error.underlying)
            return RunFailure(
                code: .persistenceFailed,
                phase: .persistence,
                message: error.message,
                retryable: true,
                occurredAt: now
            )
        case is CancellationError, WorkerFailure.cancelled:
            return RunFailure(
                code: .workerStreamFailed,
                phase: .workerStream,
                message: "The server was stopped while the builder worked. Try again.",
                retryable: true,
                occurredAt: now
            )
        case WorkerFailure.failed(let message):
            return RunFailure(
                code: .workerStreamFailed,
                phase: .workerStream,
                message: message,
                retryable: true,
                occurredAt: now
            )
        case let refusal as WorkerRefusal:
            return RunFailure(
                code: .workerStreamFailed,
                phase: .workerStream,
                message: refusal.message,
                retryable: true,
                occurredAt: now
            )
        default:
            self.log(.error, "A turn failed", error)
            return RunFailure(
                code: .unknown,
                phase: .workerStream,
                message: "Something went wrong on our side. Try again.",
                retryable: true,
                occurredAt: now
            )
        }
    }

    private func finalMessages(_ progress: TurnProgress, at now: Timestamp) -> [UIMessage] {
        // An answer without parts is no answer: kept, it would make the next message look stale (spec 02 B1).
        progress.accumulator.isEmpty
            ? self.input.messages
            : self.input.messages + [progress.accumulator.message(metadata: .init(createdAt: now))]
    }

    /// Writes the end under the lease, then tells it; a cancelled task still gets this far.
    private func end(_ progress: TurnProgress, _ messages: [UIMessage], _ failure: RunFailure?) async {
        // The task may be cancelled by now, and the last writes must happen all the same.
        // Unstructured; ends with its few writes and is awaited here.
        await Task {
            do {
                try await self.tools.runs.addUsage(progress.usage, to: self.scope)
                let now = self.tools.wallClock.now
                let ended: Run?
                if let failure {
                    ended = try await self.tools.runs.fail(
                        self.scope,
                        lease: self.turn.lease,
                        messages: messages,
                        failure: failure,
                        at: now
                    )
                } else {
                    ended = try await self.tools.runs.complete(
                        self.scope,
                        lease: self.turn.lease,
                        messages: messages,
                        at: now
                    )
                }
                if let ended { await self.tools.events.publish(failure == nil ? .runCompleted : .runFailed, of: ended) }
            } catch {
                self.log(.error, "The end of a turn could not be written", error)
            }
        }.value
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ error: any Error) {
        self.tools.logger.log(
            level: level,
            message,
            metadata: [
                "workspace.id": "\(self.scope.workspaceID)", "app.id": "\(self.scope.appID)",
                "run.id": "\(self.scope.runID)",
                "error": "\(String(reflecting: error))",
            ]
        )
    }
}

/// Another owner writes this run now; this turn writes nothing more.
struct LeaseLost: Error {}

/// The build succeeded, keeping it did not.
struct PersistenceFailed: Error {
    let underlying: any Error

    var message: String {
        if case WorkerRefusal.snapshotRefused(let text) = self.underlying { return text }
        return "The app was built, but it could not be saved."
    }
}
