import Bus
import Documents
package import Domain
import Foundation
import Logging
import NIOCore

extension RunService {
    // MARK: - Stop

    /// The answer of the stop route; truthful about what happened (spec 02 §6, B8).
    package struct StopAnswer: Sendable {
        package var status: Run.Status
        /// The run had ended before.
        package var alreadyTerminal: Bool
        /// This call ended the turn.
        package var stopped: Bool
        package var workerCancelled: Bool
        package var failure: RunFailure?
    }

    /// Ends the turn of a streaming run and keeps what was answered so far.
    package func stop(_ scope: RunScope) async throws -> StopAnswer {
        let run = try await self.find(scope)
        guard run.status == .streaming, let lease = run.streamLease else {
            return StopAnswer(
                status: run.status,
                alreadyTerminal: run.status == .completed || run.status == .failed,
                stopped: false,
                workerCancelled: false,
                failure: run.failure
            )
        }
        let turn = self.supervisor.turn(of: scope.runID)
        turn?.requestStop()
        var cancellation: WorkerCancellation?
        do {
            cancellation = try await self.tools.worker.cancel(scope)
        } catch {
            self.tools.logger.warning(
                "The worker did not take a stop",
                metadata: ["run.id": "\(scope.runID)", "error": "\(error)"]
            )
        }
        if let turn, cancellation != nil {
            await turn.finished()
        } else {
            // The owner is elsewhere or does not listen: end the run under its lease, which silences the owner.
            let now = self.tools.wallClock.now
            let failure = RunFailure(
                code: cancellation == nil ? .workerCancelFailed : .userStopped,
                phase: .clientStop,
                message: cancellation == nil ? "Stopped, but the builder did not answer." : "Stopped by a person.",
                retryable: true,
                occurredAt: now
            )
            let messages = InterruptedMessages.close(run.messages)
            if let failed = try await self.tools.runs.fail(
                scope,
                lease: lease,
                messages: messages,
                failure: failure,
                at: now
            ) {
                if let stream = run.activeStreamID {
                    try await self.tools.bus.finishLog(ActiveTurn.log(of: run.id, stream: stream))
                }
                await self.tools.events.publish(.runFailed, of: failed)
            }
        }
        let ended = try await self.find(scope)
        let isOurs = ended.failure?.phase == .clientStop
        return StopAnswer(
            status: ended.status,
            alreadyTerminal: !isOurs && ended.status != .streaming,
            stopped: isOurs,
            workerCancelled: cancellation?.cancelled ?? false,
            failure: ended.failure
        )
    }

    // MARK: - Attach

    /// A running turn's stream from the cursor on, `nil` when there is nothing to attach to (204).
    ///
    /// With `streamID` a turn that has ended can be read again as long as its log is kept (spec 02 B6).
    package func attach(_ scope: RunScope, cursor: Int, streamID: String?) async throws -> RunStream? {
        var run = try await self.find(scope)
        if run.status == .streaming, run.activeStreamID == nil { run = try await self.waitUntilAttachable(scope) }
        let stream = streamID ?? (run.status == .streaming ? run.activeStreamID : nil)
        guard let stream else { return nil }
        do {
            return RunStream(
                .log(try await self.tools.bus.readLog(ActiveTurn.log(of: run.id, stream: stream), after: cursor))
            )
        } catch is LogError {
            return nil
        }
    }

    /// Waits at most 1.5 s for the run to become attachable: subscribed first, read again, then listening.
    private func waitUntilAttachable(_ scope: RunScope) async throws -> Run {
        let subscription = try await self.tools.bus.subscribe(
            to: WorkspaceEventPublisher.channel(of: scope.workspaceID)
        )
        let first = try await self.find(scope)
        guard first.status == .streaming, first.activeStreamID == nil else { return first }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await element in subscription {
                    guard case .message(let message) = element,
                        // A hint that cannot be read is not ours.
                        let event = try? JSONDecoder().decode(
                            WorkspaceEvent.self,
                            from: Data(message.readableBytesView)
                        ),
                        event.runID == scope.runID
                    else { continue }
                    if event.type != .runStarting { return }
                }
            }
            group.addTask { try await self.tools.clock.sleep(for: .milliseconds(1500)) }
            try await group.next()
            group.cancelAll()
        }
        return try await self.find(scope)
    }

    // MARK: - Recovery

    /// Fails the turns that earlier processes on this data left behind; called once before the first request (spec 02 B7).
    package func recoverAtStart(isOwnerAlive: @Sendable (String) async -> Bool) async throws {
        for run in try await self.tools.runs.streaming() {
            guard let lease = run.streamLease else { continue }
            if let owner = lease.owner, await isOwnerAlive(owner) { continue }
            if try await self.fail(run, lease: lease, phase: .watchdog) {
                self.tools.logger.notice(
                    "A turn that was left behind was closed",
                    metadata: ["workspace.id": "\(run.workspaceID)", "run.id": "\(run.id)"]
                )
            }
        }
    }

    /// Fails streaming runs whose owner is silent; returns how many.
    @discardableResult
    package func failStaleRuns() async throws -> Int {
        var count = 0
        for run in try await self.tools.runs.streaming() {
            guard let lease = run.streamLease, StaleRule.isStale(run, at: self.tools.wallClock.now),
                self.supervisor.turn(of: run.id) == nil
            else { continue }
            if try await self.fail(run, lease: lease, phase: .watchdog) { count += 1 }
        }
        return count
    }
}
