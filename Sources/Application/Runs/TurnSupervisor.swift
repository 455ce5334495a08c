package import Domain
import ServiceLifecycle
import Synchronization

/// Owns every turn of this process: a turn belongs to the server, never to the request that started it.
///
/// On a graceful stop no further turn starts, and running ones are cancelled; each then writes its own end.
package final class TurnSupervisor: Service {
    /// Names this process in leases, so that the next one knows what a dead one left.
    package let owner: String

    private struct Job: Sendable {
        let turn: ActiveTurn
        /// The trace of the request that began the turn.
        let trace: TraceParent?
        let work: @Sendable () async -> Void
    }

    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation
    private let active = Mutex<[Run.ID: ActiveTurn]>([:])

    package init(owner: String) {
        self.owner = owner
        (self.jobs, self.queue) = AsyncStream.makeStream()
    }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            await withGracefulShutdownHandler {
                for await job in self.jobs {
                    // Ends with its turn, which writes its own end when it is cancelled: by a stop, or with this process.
                    group.addTask {
                        await TraceParent.$current.withValue(job.trace) { await job.work() }
                        self.forget(job.turn)
                        job.turn.markFinished()
                    }
                }
            } onGracefulShutdown: {
                self.queue.finish()
            }
            group.cancelAll()
        }
    }

    /// Hands the turn over; `false` when the process is shutting down and the turn will not run.
    func start(_ turn: ActiveTurn, _ work: @escaping @Sendable () async -> Void) -> Bool {
        self.active.withLock { $0[turn.scope.runID] = turn }
        if case .enqueued = self.queue.yield(Job(turn: turn, trace: TraceParent.current, work: work)) { return true }
        self.forget(turn)
        turn.markFinished()
        return false
    }

    package func turn(of runID: Run.ID) -> ActiveTurn? {
        self.active.withLock { $0[runID] }
    }

    package var count: Int { self.active.withLock { $0.count } }

    private func forget(_ turn: ActiveTurn) {
        self.active.withLock { active in
            if active[turn.scope.runID] === turn { active[turn.scope.runID] = nil }
        }
    }
}
