package import Domain
import Logging
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
        await withTaskGroup(of: Void.self) { group in
            await withGracefulShutdownHandler {
                for await job in self.jobs {
                    group.addTask {
                        await job.work()
                        self.active.withLock { active in
                            if active[job.turn.scope.runID] === job.turn { active[job.turn.scope.runID] = nil }
                        }
                        job.turn.markFinished()
                    }
                }
            } onGracefulShutdown: {
                self.queue.finish()
            }
            group.cancelAll()
            await group.waitForAll()
        }
    }

    func start(_ turn: ActiveTurn, _ work: @escaping @Sendable () async -> Void) {
        self.active.withLock { $0[turn.scope.runID] = turn }
        if case .terminated = self.queue.yield(Job(turn: turn, work: work)) {
            // Shutting down: the lease stays with this owner and the next start fails the run with a clear reason.
            self.active.withLock { $0[turn.scope.runID] = nil }
            turn.markFinished()
        }
    }

    package func turn(of runID: Run.ID) -> ActiveTurn? {
        self.active.withLock { $0[runID] }
    }

    package var count: Int { self.active.withLock { $0.count } }
}
