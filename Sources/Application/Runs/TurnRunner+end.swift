import Documents
import Domain
import Logging
import RuntimeProtocols
import Wire

/// The build succeeded, keeping it did not.
struct PersistenceFailed: Error {
    let underlying: any Error

    var message: String {
        switch self.underlying {
        case WorkerRefusal.snapshotRefused(let text): text
        case SourceRefusal.limits(let violations): violations.map(\.message).joined(separator: " ")
        case SourceRefusal.empty: "The build left no files to save."
        case SourceRefusal.appNotFound: "The app has been deleted."
        default: "The app was built, but it could not be saved. Try again."
        }
    }
}

/// How a turn ends and what it leaves (spec 02 §5.14–§5.17, §12.3, B2, B3, B10).
extension TurnRunner {
    /// Saves the workspace as a revision at the moment of success, so that preview and history have it at once (B10).
    ///
    /// A workspace that is no longer what was built is not saved: its sources would pass for those of an older `dist`.
    /// The turn then needs another build.
    func save(_ build: FinishedBuild, _ progress: inout TurnProgress) async throws {
        do {
            let files = try await self.tools.worker.files(of: self.scope.appID)
            if let hash = build.hash, SourceRevision.hash(of: files) != hash {
                progress.outcome.foundChanges()
                self.tools.logger.notice(
                    "A build was not saved: its files were changed before they could be read",
                    metadata: ["app.id": "\(self.scope.appID)", "run.id": "\(self.scope.runID)"]
                )
                return
            }
            // A broken try may leave a revision behind, which has the same content as the next one's.
            let revision = try await self.patience.run { _ in
                try await self.tools.sources.save(
                    files,
                    of: self.appScope,
                    summary: build.summary,
                    origin: .build,
                    runID: self.scope.runID,
                    by: self.input.person.id
                )
            }
            progress.outcome.savedBuild()
            progress.savedHash = revision.hash
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw PersistenceFailed(underlying: error)
        }
    }

    /// The worker's stream has ended well; the turn may still be incomplete.
    func conclude(_ progress: inout TurnProgress) async throws {
        guard let closing = progress.translator.finish() else { throw WorkerFailure.failed("The answer broke off.") }
        try await self.emit(closing, &progress)
        // A card that waits ends the turn whatever the files are.
        if !TurnOutcome.waits(progress.translator), progress.outcome.needsComparison,
            try await self.isChanged(progress)
        {
            progress.outcome.foundChanges()
        }
        let failure = progress.outcome.failure(of: progress.translator, at: self.tools.wallClock.now)
        await self.withoutCancellation { [progress] in
            var progress = progress
            await self.keepSession(covering: self.input.messages.count + 1)
            await self.end(&progress, failure, isQuiet: false)
        }
    }

    /// The turn broke, was stopped, or lost its lease; what was answered stays.
    func breakOff(because error: any Error, _ progress: TurnProgress) async {
        if error is LeaseLost { return }
        if case WorkerFailure.cancelled = error { _ = await self.isStopped() }
        let failure = self.failure(for: error, at: self.tools.wallClock.now)
        let isStop = failure.phase == .clientStop
        await self.withoutCancellation {
            var progress = progress
            do {
                let closing = progress.translator.interrupt(reason: isStop ? "Stopped." : "Interrupted.")
                try await self.emit(closing, &progress)
            } catch {
                // Somebody else has ended the run and its log.
                progress.isMute = true
            }
            await self.end(&progress, failure, isQuiet: isStop)
        }
    }

    // MARK: - Writing

    /// Writes the run's end under the lease, then tells it to viewers and listeners.
    private func end(_ progress: inout TurnProgress, _ failure: RunFailure?, isQuiet: Bool) async {
        let now = self.tools.wallClock.now
        let answer = progress.answer.message(at: now)
        let messages = StoredHistory.fit(self.input.messages + (answer.map { [$0] } ?? []))
        let usage = progress.usage
        do {
            let ended = try await self.patience.run { isRepeated in
                let written = try await self.writeEnd(messages, failure, usage, at: now)
                return isRepeated && written == nil ? try await self.ownEnd(messages) : written
            }
            // Nothing was written: the run has another owner, who tells its state.
            guard let ended else { return }
            await self.tell(isQuiet ? nil : failure, &progress)
            await self.tools.events.publish(failure == nil ? .runCompleted : .runFailed, of: ended)
        } catch {
            self.log(.error, "The end of a turn could not be written", error)
            await self.endWithoutAnswer(&progress, at: now)
        }
    }

    private func writeEnd(
        _ messages: [UIMessage],
        _ failure: RunFailure?,
        _ usage: RunUsage,
        at now: Timestamp
    ) async throws -> Run? {
        guard let failure else {
            return try await self.tools.runs.complete(
                self.scope,
                lease: self.turn.lease,
                messages: messages,
                awaitsDecision: PendingApproval.find(in: messages) != nil,
                usage: usage,
                at: now
            )
        }
        return try await self.tools.runs.fail(
            self.scope,
            lease: self.turn.lease,
            messages: messages,
            failure: failure,
            usage: usage,
            at: now
        )
    }

    /// The run as an earlier try of this turn has ended it, whose answer was lost on the way.
    private func ownEnd(_ messages: [UIMessage]) async throws -> Run? {
        guard let run = try await self.tools.runs.find(self.scope), run.status != .streaming,
            run.messages.map(\.id) == messages.map(\.id)
        else { return nil }
        return run
    }

    /// The store refused the end; perhaps it takes one without the answer, which is then lost.
    private func endWithoutAnswer(_ progress: inout TurnProgress, at now: Timestamp) async {
        let failure = RunFailure(
            code: .persistenceFailed,
            phase: .persistence,
            message: "The answer could not be saved. Try again.",
            retryable: true,
            occurredAt: now
        )
        await self.tell(failure, &progress)
        do {
            let ended = try await self.tools.runs.fail(
                self.scope,
                lease: self.turn.lease,
                messages: nil,
                failure: failure,
                usage: progress.usage,
                at: now
            )
            if let ended { await self.tools.events.publish(.runFailed, of: ended) }
        } catch {
            // The watchdog ends the run as soon as the store answers again.
            self.log(.error, "A turn is left to the watchdog", error)
        }
    }

    private func tell(_ failure: RunFailure?, _ progress: inout TurnProgress) async {
        do {
            try await self.emit([failure.map { .error(errorText: $0.message) } ?? .finish], &progress)
        } catch {
            self.log(.warning, "The end of a turn did not reach its log", error)
        }
    }

    /// Whether there are sources that no build has seen.
    ///
    /// A worker that cannot say spoils no turn that saved a build; where nothing was saved, what the shell wrote may be lost.
    private func isChanged(_ progress: TurnProgress) async throws -> Bool {
        guard let reference = progress.savedHash ?? progress.startHash else { return false }
        do {
            let files = try await self.tools.worker.files(of: self.scope.appID)
            return SourceRevision.hash(of: files) != reference
        } catch WorkerRefusal.snapshotRefused {
            // What the reference was made of was within the limits.
            return true
        } catch {
            try Task.checkCancellation()
            guard progress.savedHash != nil else { throw error }
            self.log(.warning, "A workspace could not be compared with its last build", error)
            return false
        }
    }

    /// Keeps the native session; it is a comfort: without it the next turn starts with a hand-off.
    private func keepSession(covering count: Int) async {
        do {
            guard let session = try await self.tools.worker.session(of: self.scope.appID) else { return }
            var hash: ContentHash?
            if let transcript = session.transcript {
                hash = try await self.tools.blobs.put(transcript, of: .session(session.runtimeID, self.scope))
            }
            let state = ProviderSessionState(
                runtimeID: session.runtimeID,
                sessionID: session.sessionID,
                format: session.format,
                dataHash: hash,
                uiMessageCount: count
            )
            guard try await self.tools.runs.setSession(state, of: self.scope, lease: self.turn.lease),
                let transcript = session.transcript
            else { return }
            try await self.tools.blobs.deleteAll(of: session.runtimeID, in: self.scope, except: transcript)
        } catch {
            self.log(.warning, "A turn's native session was not kept", error)
        }
    }

    /// The task may be cancelled by now, and the last writes must happen all the same.
    private func withoutCancellation(_ work: @escaping @Sendable () async -> Void) async {
        // Unstructured; ends with its few writes and is awaited here.
        await Task { await work() }.value
    }

    // MARK: - Why

    private func failure(for error: any Error, at now: Timestamp) -> RunFailure {
        if self.turn.stopRequested {
            return self.turn.workerRefusedStop
                ? RunFailure(
                    code: .workerCancelFailed,
                    phase: .clientStop,
                    message: "Stopped, but the builder did not answer.",
                    retryable: true,
                    occurredAt: now
                )
                : RunFailure(
                    code: .userStopped,
                    phase: .clientStop,
                    message: "Stopped by a person.",
                    retryable: true,
                    occurredAt: now
                )
        }
        let phase: RunFailure.Phase
        let code: RunFailure.Code
        let message: String
        switch error {
        case let error as PersistenceFailed:
            self.log(.error, "A build could not be saved", error.underlying)
            (code, phase, message) = (.persistenceFailed, .persistence, error.message)
        case is CancellationError, WorkerFailure.cancelled:
            (code, phase) = (.workerStreamFailed, .workerStream)
            message = "The server was stopped while the builder worked. Try again."
        case WorkerFailure.sessionLost:
            (code, phase) = (.workerStreamFailed, .workerStream)
            message = "The builder lost its session. Try again."
        case WorkerFailure.failed(let text): (code, phase, message) = (.workerStreamFailed, .workerStream, text)
        case let refusal as WorkerRefusal:
            (code, phase, message) = (.workerStreamFailed, .workerStream, refusal.message)
        default:
            self.log(.error, "A turn failed", error)
            (code, phase) = (.unknown, .workerStream)
            message = "Something went wrong on our side. Try again."
        }
        return RunFailure(code: code, phase: phase, message: message, retryable: true, occurredAt: now)
    }
}
