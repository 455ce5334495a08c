/// How much a worker has to do, for those who choose one (spec 05 B46).
package struct WorkerLoad: Sendable, Equatable {
    /// Turns that run now.
    package var running: Int
    /// Agents that run beside them, such as those that name apps; no turn is refused on their account.
    package var sideJobs: Int
    /// Turns that may run at the same moment.
    package var capacity: Int
    /// Sessions kept, running or not.
    package var sessions: Int
    package var isDraining: Bool
}
