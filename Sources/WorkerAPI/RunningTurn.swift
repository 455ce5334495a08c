import Application
import Domain
import Folders
import Foundation
import Logging
import RuntimeProtocols

/// One turn on its way: the agent, its tools, and the stream of its events.
struct RunningTurn: Sendable {
    let service: WorkerService
    let scope: RunScope
    let job: SessionTable.Job
    let continuation: AsyncThrowingStream<RuntimeEvent, any Error>.Continuation
    /// Opens when the turn is to be stopped: an agent ends in its own order, a reader that does not read must not hold
    /// it up.
    private let stop = Latch()
    /// Opens when a stopped turn loses an event to a reader that does not read: what follows makes no sense without it,
    /// but for the result.
    private let cut = Latch()

    /// How long the result of a stopped turn, which says what it has cost, waits for room.
    private static let resultPatience = 400
    private static let pause = Duration.milliseconds(5)

    init(
        service: WorkerService,
        scope: RunScope,
        job: SessionTable.Job,
        continuation: AsyncThrowingStream<RuntimeEvent, any Error>.Continuation
    ) {
        self.service = service
        self.scope = scope
        self.job = job
        self.continuation = continuation
    }

    /// Runs the agent and cleans up behind it; the app is idle again before the stream ends.
    func run(_ request: TurnRequest, on runtime: any AgentRuntime, base: URL) async {
        let key = WorkspaceKey.app(self.scope.appID)
        let context = ToolContext(
            appID: self.scope.appID,
            runID: self.scope.runID,
            workspace: request.workspace,
            // Progress that finds no room is left out: the next line comes soon.
            emit: { self.continuation.yield($0) }
        )
        let (brokerID, endpoints) = await self.service.broker.open(context, allowed: ToolCatalogue.builder, base: base)
        var request = request
        request.toolServers = endpoints

        let failure = await withTaskCancellationHandler {
            await self.failure { [request] in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    // Both end with the agent, or with the turn's cancellation, which reaches the agent from here.
                    group.addTask {
                        try await self.keepAlive(brokerID)
                        return false
                    }
                    group.addTask {
                        try await runtime.run(request) { try await self.receive($0, runtimeID: runtime.id) }
                        return true
                    }
                    defer { group.cancelAll() }
                    while let isOver = try await group.next(), !isOver {}
                }
            }
        } onCancel: {
            self.stop.open()
        }
        await self.service.broker.close(brokerID)
        if failure == .sessionLost { await self.service.sessions.note(nil, for: self.job, of: self.scope.appID) }
        do {
            try await self.service.directory.tidy(key)
        } catch {
            self.service.logger.warning("A workspace could not be tidied", metadata: ["error": "\(error)"])
        }
        await self.service.sessions.end(self.job, of: self.scope.appID)
        self.service.logger.info(
            "A turn is over",
            metadata: [
                "app.id": "\(self.scope.appID)", "run.id": "\(self.scope.runID)", "turn.failed": "\(failure != nil)",
            ]
        )
        self.continuation.finish(throwing: failure)
    }

    /// Hands an event over; waits while the reader is behind, and the agent with us, until the turn is stopped.
    ///
    /// From then on only the result waits, and not for long: the rest is left out, so that the agent gets to its end.
    private func receive(_ event: RuntimeEvent, runtimeID: RuntimeID) async throws {
        if case .started(let sessionID, let format) = event, ClaudeTranscripts.isUsable(sessionID: sessionID) {
            await self.service.sessions.note(
                SessionTable.Native(runtimeID: runtimeID, sessionID: sessionID, format: format),
                for: self.job,
                of: self.scope.appID
            )
        }
        let isResult = if case .result = event { true } else { false }
        if self.cut.isOpen, !isResult { return }
        var pausesAfterStop = 0
        while true {
            switch self.continuation.yield(event) {
            case .enqueued: return
            case .terminated: throw CancellationError()
            case .dropped:
                if self.stop.isOpen {
                    guard isResult else { return self.cut.open() }
                    guard pausesAfterStop < Self.resultPatience else { throw CancellationError() }
                    pausesAfterStop += 1
                }
                if isResult {
                    await self.pauseWhateverIsCancelled()
                } else {
                    try await self.service.clock.sleep(for: Self.pause)
                }
            @unknown default: return
            }
        }
    }

    /// A runtime that is cancelled may say its result all the same.
    private func pauseWhateverIsCancelled() async {
        // Ends by itself after the pause, and is waited for.
        await Task { [clock = self.service.clock] in try? await clock.sleep(for: Self.pause) }.value
    }

    /// The tools and the session live as long as the turn does, however silent it is (spec 03 §22.11, §22.20).
    private func keepAlive(_ brokerID: String) async throws {
        while true {
            try await self.service.clock.sleep(for: .seconds(60))
            await self.service.broker.touch(brokerID)
            await self.service.sessions.touch(self.scope.appID)
        }
    }

    private func failure(_ work: @Sendable () async throws -> Void) async -> WorkerFailure? {
        do {
            try await work()
            return nil
        } catch {
            let failure = WorkerFailure(error)
            if case .failed = failure, !(error is RuntimeFailure) {
                self.service.logger.error(
                    "A turn broke",
                    metadata: ["error": "\(error)", "app.id": "\(self.scope.appID)", "run.id": "\(self.scope.runID)"]
                )
            }
            return failure
        }
    }
}

extension WorkerFailure {
    /// What may be told about an error that ended a turn.
    init(_ error: any Error) {
        switch error {
        case RuntimeFailure.cancelled, is CancellationError: self = .cancelled
        case RuntimeFailure.sessionLost: self = .sessionLost
        case RuntimeFailure.failed(let message), RuntimeFailure.unavailable(let message),
            RuntimeFailure.toolsUnreachable(let message):
            self = .failed(String(message.collapsingWhitespace().prefix(240)))
        case let failure as DiskFailure: self = .failed(failure.description)
        case let failure as WorkerFailure: self = failure
        default: self = .failed("The agent stopped unexpectedly.")
        }
    }
}
