import Documents
import Domain
import Logging

/// Ends turns that nobody drives any more (spec 02 §4, B7).
extension RunService {
    /// Fails the turns that earlier processes on this data left behind; called once before the first request (spec 02 B7).
    package func recoverAtStart(isOwnerAlive: @Sendable (String) async -> Bool) async throws {
        for run in try await self.tools.runs.streaming() {
            guard let lease = run.streamLease else { continue }
            if let owner = lease.owner, await isOwnerAlive(owner) { continue }
            if try await self.fail(run, lease: lease) {
                self.tools.logger.notice(
                    "A turn that was left behind was closed",
                    metadata: ["workspace.id": "\(run.workspaceID)", "run.id": "\(run.id)"]
                )
            }
        }
    }

    /// Fails streaming runs whose owner is gone or silent; returns how many.
    @discardableResult
    package func failStaleRuns() async throws -> Int {
        var failed: [(scope: RunScope, lease: StreamLease)] = []
        let streaming = try await self.tools.runs.streaming()
        self.watch.keep(streaming.map(\.id))
        for run in streaming {
            guard let lease = run.streamLease, await self.isAbandoned(run, lease) else { continue }
            guard try await self.fail(run, lease: lease) else { continue }
            failed.append((run.scope, lease))
        }
        await self.endAtWorker(failed)
        return failed.count
    }

    /// Only now is the conversation read, to which what was answered is added.
    private func fail(_ abandoned: StreamingRun, lease: StreamLease) async throws -> Bool {
        guard let run = try await self.tools.runs.find(abandoned.scope), run.streamLease?.id == lease.id else {
            return false
        }
        return try await self.fail(run, lease: lease, phase: .watchdog)
    }

    /// A web that was cut off, instead of killed, leaves its turn running: the worker has not heard that it is gone.
    private func endAtWorker(_ turns: [(scope: RunScope, lease: StreamLease)]) async {
        await withTaskGroup(of: Void.self) { group in
            for (scope, lease) in turns {
                // All at once: a worker that does not answer takes its whole time limit, which bounds this too.
                group.addTask {
                    do {
                        _ = try await self.tools.worker.cancel(scope, turnID: lease.turnID)
                    } catch {
                        self.tools.logger.warning(
                            "The worker could not be told that a turn is over",
                            metadata: ["run.id": "\(scope.runID)", "error": "\(String(reflecting: error))"]
                        )
                    }
                }
            }
        }
    }

    /// Whether nobody drives the turn any more: its process is gone, or is this very one, which knows nothing of it.
    func isAbandoned(_ run: StreamingRun, _ lease: StreamLease) async -> Bool {
        let now = self.tools.wallClock.now
        guard self.supervisor.turn(of: run.id) == nil else { return false }
        guard lease.owner != self.supervisor.owner else {
            return StaleRule.isStale(run, at: now) || now.since(lease.startedAt) >= StaleRule.forgotten
        }
        return await self.watch.isAbandoned(run, lease, at: now)
    }

    /// Ends a run whose owner is gone; what was answered stays.
    func fail(_ run: Run, lease: StreamLease, phase: RunFailure.Phase) async throws -> Bool {
        let now = self.tools.wallClock.now
        let failure = RunFailure(
            code: .staleStreamRecovered,
            phase: phase,
            message: "The server was interrupted while the builder worked. Try again.",
            retryable: true,
            occurredAt: now
        )
        let scope = RunScope(workspaceID: run.workspaceID, appID: run.appID, runID: run.id)
        let failed = try await self.tools.runs.fail(
            scope,
            lease: lease,
            messages: await self.remains(of: run, at: now),
            failure: failure,
            usage: run.partialUsage,
            at: now
        )
        guard let failed else { return false }
        if let stream = run.activeStreamID {
            await self.finishLog(ActiveTurn.log(of: run.id, stream: stream), of: run.id)
        }
        await self.tools.events.publish(.runFailed, of: failed)
        return true
    }

    /// What stays of a run whose owner is gone: all that anybody saw, as far as it is kept anywhere.
    func remains(of run: Run, at now: Timestamp) async -> [UIMessage] {
        var run = run
        do {
            let logged = try await LoggedAnswer.read(of: run, on: self.tools.bus, at: now)
            run.partialAnswer = try LoggedAnswer.longer(run.partialAnswer, logged)
        } catch {
            // The checkpoint stays, and the run ends all the same.
            self.tools.logger.warning(
                "The log of an abandoned turn could not be read",
                metadata: ["run.id": "\(run.id)", "error": "\(String(reflecting: error))"]
            )
        }
        return InterruptedMessages.remains(of: run)
    }
}
