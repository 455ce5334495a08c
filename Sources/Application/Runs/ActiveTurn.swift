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
        var isFinished = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    init(scope: RunScope, lease: StreamLease, streamID: String, assistantID: String) {
        self.scope = scope
        self.lease = lease
        self.streamID = streamID
        self.assistantID = assistantID
    }

    /// The log is keyed by run and stream, so late chunks of a stopped turn cannot land in the next turn's (spec 02 B6).
    package var log: LogKey { Self.log(of: self.scope.runID, stream: self.streamID) }

    package static func log(of runID: Run.ID, stream: String) -> LogKey {
        LogKey("{run:\(runID)}:\(stream)")
    }

    /// A person asked for the end.
    package var stopRequested: Bool { self.state.withLock { $0.stopRequested } }

    package func requestStop() {
        self.state.withLock { $0.stopRequested = true }
    }

    func markFinished() {
        let waiters = self.state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until everything of the turn is written.
    package func finished() async {
        await withCheckedContinuation { continuation in
            let isFinished = self.state.withLock { state in
                if !state.isFinished { state.waiters.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }
}
