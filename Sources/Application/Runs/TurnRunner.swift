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

/// Another owner writes this run now; this turn writes nothing more.
struct LeaseLost: Error {}

/// Runs one claimed turn from the worker's first event to the run's last write (spec 02 §5, steps 8–17).
struct TurnRunner: Sendable {
    /// How often the answer so far is kept, so that a killed process loses no more than that.
    static let checkpointInterval = Duration.seconds(2)
    static let heartbeatInterval = Duration.seconds(20)
    /// How often an app may go to another worker before its turn begins.
    static let maximumMoves = 3

    let turn: ActiveTurn
    let input: TurnInput
    let tools: RunTools

    var scope: RunScope { self.turn.scope }
    var appScope: AppScope { self.scope.app }

    var patience: StorePatience { StorePatience(clock: self.tools.clock, logger: self.tools.logger) }

    /// Never throws: every way out writes the run's end, or finds that the lease is somebody else's.
    func run() async {
        let answer = LiveAnswer(messageID: self.turn.assistantID)
        self.tools.logger.info(
            "A turn begins",
            metadata: ["app.id": "\(self.scope.appID)", "run.id": "\(self.scope.runID)"]
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.drive(TurnProgress(answer: answer)) }
            group.addTask { await self.keepAlive(answer) }
            group.addTask { await self.turn.abandoned() }
            // Whoever ends first ends the others: the turn itself, a lost lease, or a stop that the worker did not hear.
            await group.next()
            group.cancelAll()
        }
        do {
            try await self.tools.bus.finishLog(self.turn.log)
        } catch {
            self.log(.warning, "A turn's log could not be finished", error)
        }
    }

    /// Keeps the answer so far and moves the lease's heartbeat forward; returns when the lease is lost.
    private func keepAlive(_ answer: LiveAnswer) async {
        var lastBeat = self.tools.wallClock.now
        while true {
            do {
                try await self.tools.clock.sleep(for: Self.checkpointInterval)
            } catch {
                return
            }
            let now = self.tools.wallClock.now
            do {
                let isHeld: Bool
                if let message = answer.takeUnsaved(at: now) {
                    isHeld = try await self.tools.runs.checkpoint(
                        self.scope,
                        lease: self.turn.lease,
                        answer: message,
                        usage: answer.usage,
                        at: now
                    )
                } else if now.since(lastBeat) >= Self.heartbeatInterval {
                    isHeld = try await self.tools.runs.beat(self.scope, lease: self.turn.lease, at: now)
                } else {
                    continue
                }
                guard isHeld else { return }
                lastBeat = now
            } catch {
                if Task.isCancelled { return }
                // A store that is away for a moment must not end a turn: tried again at the next tick.
                answer.markUnsaved()
                self.log(.warning, "A turn could not be kept alive", error)
            }
        }
    }

    private func drive(_ start: TurnProgress) async {
        var progress = start
        do {
            try await self.emit([.start(messageID: self.turn.assistantID)], &progress)
            guard
                let ready = try await self.patience.run({ _ in
                    try await self.tools.runs.makeAttachable(
                        self.scope,
                        lease: self.turn.lease,
                        streamID: self.turn.streamID,
                        at: self.tools.wallClock.now
                    )
                })
            else { return }
            await self.tools.events.publish(.runStreamReady, of: ready)
            try await self.converse(&progress)
            try await self.conclude(&progress)
        } catch {
            await self.breakOff(because: error, progress)
        }
    }

    private func converse(_ progress: inout TurnProgress) async throws {
        var session = try await self.session()
        var moves = 0
        while true {
            let turn = try await self.workerTurn(session)
            // A stop may have come before there was anything that the worker could cancel.
            if await self.isStopped() { throw WorkerFailure.cancelled }
            do {
                for try await event in try await self.tools.worker.startTurn(turn) {
                    try await self.take(event, &progress)
                }
                // The stream of a cancelled task ends as if all were well.
                try Task.checkCancellation()
                return
            } catch WorkerRefusal.restoreNeeded where moves < Self.maximumMoves {
                // Another worker has the app now, and nothing of it: once more, with all that it needs.
                moves += 1
                try await self.bringAttachments()
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

    /// Whether a person has stopped the turn, here or through another process.
    func isStopped() async -> Bool {
        if self.turn.stopRequested { return true }
        do {
            guard try await StopMark.isLeft(on: (self.scope.runID, self.turn.lease), bus: self.tools.bus) else {
                return false
            }
            self.turn.requestStop()
            return true
        } catch {
            // Whoever stopped it ends the run under its lease all the same.
            self.log(.warning, "A turn could not be asked about a stop", error)
            return false
        }
    }

    private func take(_ event: RuntimeEvent, _ progress: inout TurnProgress) async throws {
        switch event {
        case .started:
            // What the shell changes is seen by comparing; a workspace that cannot be read is not compared.
            progress.startHash = (try? await self.tools.worker.files(of: self.scope.appID))
                .flatMap { SourceRevision.hash(of: $0) }
        case .stream(.messageDelta(let usage?)): progress.note(usage)
        default: break
        }
        try await self.emit(progress.translator.translate(event), &progress)
        if case .toolResult(let id, let content, let isError) = event, !isError,
            progress.translator.tools[id]?.name == TurnOutcome.buildTool, let build = FinishedBuild(answer: content)
        {
            try await self.save(build, &progress)
        }
    }

    /// Adds chunks to the answer and to the log, where they are encoded once for all viewers.
    func emit(_ chunks: [UIMessageChunk], _ progress: inout TurnProgress) async throws {
        guard !chunks.isEmpty else { return }
        for chunk in chunks { progress.add(chunk) }
        guard !progress.isMute else { return }
        var frames: [ByteBuffer] = []
        for chunk in chunks {
            // The turn is its log's only writer, so it knows each record's sequence number beforehand.
            progress.sequence += 1
            frames.append(EventStreamFrame.data(chunk.encoded(), id: progress.sequence))
        }
        do {
            try await self.append(frames, upTo: progress.sequence)
        } catch LogError.finished {
            throw LeaseLost()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Viewers lose sight of the turn; the turn itself needs no bus (spec 02 B6).
            progress.isMute = true
            self.log(.warning, "A turn's log cannot be written any more", error)
        }
    }

    /// Writes the frames that end with a sequence number once, also when the bus is lost before it has answered.
    ///
    /// Frames are written together or not at all, so the log's last number then tells whether they are in it.
    private func append(_ frames: [ByteBuffer], upTo last: Int) async throws {
        do {
            try await self.tools.bus.append(frames, to: self.turn.log)
        } catch let error where !(error is LogError || error is CancellationError) {
            switch try await self.tools.bus.logState(self.turn.log)?.lastSequence {
            case last: return
            case last - frames.count: try await self.tools.bus.append(frames, to: self.turn.log)
            default: throw error
            }
        }
    }

    func log(_ level: Logger.Level, _ message: Logger.Message, _ error: any Error) {
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
