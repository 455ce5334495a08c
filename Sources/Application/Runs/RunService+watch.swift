import Bus
import Documents
package import Domain
import Foundation
import Logging
import NIOCore

extension RunService {
    // MARK: - Stop

    /// How long a stopped turn has to write its own end.
    static let stopPatience = Duration.seconds(5)

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
        // This process may drive the run's next turn by now, which nobody has asked to stop.
        let turn = self.supervisor.turn(of: scope.runID).flatMap { $0.lease.id == lease.id ? $0 : nil }
        turn?.requestStop()
        if turn == nil { await self.tellOwner(to: scope.runID, lease) }
        var cancellation: WorkerCancellation?
        do {
            cancellation = try await self.tools.worker.cancel(scope, turnID: lease.turnID)
        } catch {
            self.tools.logger.warning(
                "The worker did not take a stop",
                metadata: ["run.id": "\(scope.runID)", "error": "\(String(reflecting: error))"]
            )
        }
        turn?.abandon(workerRefused: cancellation == nil)
        let isOver =
            if let turn {
                await turn.finished(within: Self.stopPatience, on: self.tools.clock)
            } else if cancellation != nil {
                try await self.hasEnded(scope, lease)
            } else {
                false
            }
        if !isOver { try await self.endForGood(run, lease: lease, isRefused: cancellation == nil) }
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

    /// The turn runs in another process, which has to know why its worker stops; without the bus it is only told less well.
    private func tellOwner(to runID: Run.ID, _ lease: StreamLease) async {
        do {
            try await StopMark.leave(on: (runID, lease), bus: self.tools.bus)
        } catch {
            self.tools.logger.warning(
                "A stop could not be told to the turn's owner",
                metadata: ["run.id": "\(runID)", "error": "\(String(reflecting: error))"]
            )
        }
    }

    /// Waits, with patience, until another process has written the end of the turn.
    private func hasEnded(_ scope: RunScope, _ lease: StreamLease) async throws -> Bool {
        let pause = Duration.milliseconds(100)
        var waited = Duration.zero
        while true {
            guard try await self.find(scope).streamLease?.id == lease.id else { return true }
            guard waited < Self.stopPatience else { return false }
            try await self.tools.clock.sleep(for: pause)
            waited += pause
        }
    }

    /// T7 without the owner, who is elsewhere or does not listen: ends the run under its lease, which silences the owner.
    private func endForGood(_ run: Run, lease: StreamLease, isRefused: Bool) async throws {
        let now = self.tools.wallClock.now
        let failure = RunFailure(
            code: isRefused ? .workerCancelFailed : .userStopped,
            phase: .clientStop,
            message: isRefused ? "Stopped, but the builder did not answer." : "Stopped by a person.",
            retryable: true,
            occurredAt: now
        )
        let scope = RunScope(workspaceID: run.workspaceID, appID: run.appID, runID: run.id)
        let newest = try await self.find(scope)
        guard
            let failed = try await self.tools.runs.fail(
                scope,
                lease: lease,
                messages: await self.remains(of: newest, at: now),
                failure: failure,
                usage: newest.partialUsage,
                at: now
            )
        else { return }
        if let stream = newest.activeStreamID {
            await self.finishLog(ActiveTurn.log(of: run.id, stream: stream), of: run.id)
        }
        await self.tools.events.publish(.runFailed, of: failed)
    }

    // MARK: - Attach

    /// So that a cursor alone finds the stream that it belongs to, after the run has ended.
    func rememberStream(of turn: ActiveTurn) async throws {
        try await self.tools.bus.setValue(
            ByteBuffer(string: turn.streamID),
            for: Self.streamKey(turn.scope.runID),
            expiringAfter: .seconds(86_400)
        )
    }

    private static func streamKey(_ runID: Run.ID) -> String { "{run:\(runID)}:stream" }

    /// A running turn's stream from the cursor on, `nil` when there is nothing to attach to (204).
    ///
    /// With `streamID`, or a cursor of the newest stream, a turn that has ended can be read again as long as its log is
    /// kept (spec 02 B6).
    package func attach(_ scope: RunScope, cursor: Int, streamID: String?) async throws -> RunStream? {
        var run = try await self.find(scope)
        if streamID == nil, run.status == .streaming, run.activeStreamID == nil {
            run = try await self.waitUntilAttachable(scope)
        }
        var stream = streamID ?? (run.status == .streaming ? run.activeStreamID : nil)
        if stream == nil, run.status != .streaming, cursor > 0 {
            stream = try await self.tools.bus.value(for: Self.streamKey(run.id)).map { String(buffer: $0) }
        }
        guard let stream else { return nil }
        do {
            let reader = try await self.tools.bus.readLog(ActiveTurn.log(of: run.id, stream: stream), after: cursor)
            return RunStream(.log(reader), streamID: stream)
        } catch is LogError {
            return nil
        }
    }

    /// Waits at most 1.5 s for the run to become attachable: subscribed first, read again, then listening; where the bus
    /// fails, looking again and again (spec 02 §6).
    private func waitUntilAttachable(_ scope: RunScope) async throws -> Run {
        let subscription = await self.subscription(to: scope)
        let first = try await self.find(scope)
        guard Self.isStarting(first) else { return first }
        // Whichever comes first, news of the run or the end of patience, ends the other; a caller that leaves ends both.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if let subscription, await Self.hearsNews(of: scope.runID, on: subscription) { return }
                while Self.isStarting(try await self.find(scope)) {
                    try await self.tools.clock.sleep(for: .milliseconds(50))
                }
            }
            group.addTask { try await self.tools.clock.sleep(for: .milliseconds(1500)) }
            try await group.next()
            group.cancelAll()
        }
        return try await self.find(scope)
    }

    private static func isStarting(_ run: Run) -> Bool { run.status == .streaming && run.activeStreamID == nil }

    private func subscription(to scope: RunScope) async -> BusSubscription? {
        do {
            return try await self.tools.bus.subscribe(to: WorkspaceEventPublisher.channel(of: scope.workspaceID))
        } catch {
            self.tools.logger.warning(
                "The bus takes no subscription; a run is looked at instead",
                metadata: ["run.id": "\(scope.runID)", "error": "\(String(reflecting: error))"]
            )
            return nil
        }
    }

    /// Whether the run had news; `false` when the subscription ended before.
    private static func hearsNews(of runID: Run.ID, on subscription: BusSubscription) async -> Bool {
        for await element in subscription {
            guard case .message(let message) = element,
                // A hint that cannot be read is not ours.
                let event = try? JSONDecoder().decode(WorkspaceEvent.self, from: Data(message.readableBytesView)),
                event.runID == runID, event.type != .runStarting
            else { continue }
            return true
        }
        return false
    }
}
