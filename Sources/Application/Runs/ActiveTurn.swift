package import Bus
package import Domain
import Synchronization

/// One claimed turn while it runs: what identifies it, and how it is told to stop.
package final class ActiveTurn: Sendable {
    package let scope: RunScope
    package let lease: StreamLease
    package let streamID: String
    package let assistantID: String

    private struct State {
        var stopRequested = false
        var workerRefusedStop = false
        var isFinished = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let abandonment: AsyncStream<Never>
    private let abandoning: AsyncStream<Never>.Continuation

    init(scope: RunScope, lease: StreamLease, streamID: String, assistantID: String) {
        self.scope = scope
        self.lease = lease
        self.streamID = streamID
        self.assistantID = assistantID
        (self.abandonment, self.abandoning) = AsyncStream.makeStream()
    }

    /// The log is keyed by run and stream, so late chunks of a stopped turn cannot land in the next turn's (spec 02 B6).
    package var log: LogKey { Self.log(of: self.scope.runID, stream: self.streamID) }

    package static func log(of runID: Run.ID, stream: String) -> LogKey {
        LogKey("{run:\(runID)}:\(stream)")
    }

    // MARK: - Stop

    /// A person asked for the end.
    package var stopRequested: Bool { self.state.withLock { $0.stopRequested } }

    /// The worker did not take that stop.
    package var workerRefusedStop: Bool { self.state.withLock { $0.workerRefusedStop } }

    package func requestStop() {
        self.state.withLock { $0.stopRequested = true }
    }

    /// Lets go of the worker's stream, whether or not the worker has heard of the stop; the turn then writes its end.
    package func abandon(workerRefused: Bool) {
        self.state.withLock { $0.workerRefusedStop = workerRefused }
        self.abandoning.finish()
    }

    /// Waits until the turn is to be abandoned, or the task is cancelled.
    func abandoned() async {
        for await _ in self.abandonment {}
    }

    // MARK: - End

    func markFinished() {
        let waiters = self.state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.self)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until everything of the turn is written, at most this long; tells whether it is.
    package func finished(within limit: Duration, on clock: any Clock<Duration>) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.finished() }
            // Cancelled as soon as the turn has finished.
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return self.state.withLock { $0.isFinished }
    }

    /// Returns when the turn has finished or the task is cancelled.
    private func finished() async {
        let key = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    if state.isFinished || Task.isCancelled { return true }
                    state.waiters[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }
}
