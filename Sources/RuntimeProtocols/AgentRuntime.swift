package import Domain

/// One coding agent, made to look like every other (spec 03 §13).
package protocol AgentRuntime: Sendable {
    var id: RuntimeID { get }

    /// Runs one turn and returns when its processes are gone.
    ///
    /// Events arrive in order; `receive` may take its time, and the runtime reads no further until it returns.
    /// Cancelling the task stops the agent in the order of spec 03 §10.4, still hands over the usage when there is
    /// some, and then throws `RuntimeFailure.cancelled`. A turn emits `started` first and `result` at most once; after
    /// an approval stop nothing follows the result.
    ///
    /// - Throws: `RuntimeFailure`, or what `receive` throws, after the agent was stopped.
    func run(_ turn: TurnRequest, receive: @escaping @Sendable (RuntimeEvent) async throws -> Void) async throws
}

/// Why a runtime could not finish a turn; messages are one line, without secrets, and may be shown.
package enum RuntimeFailure: Error, Sendable, Equatable {
    case cancelled
    /// The native session to resume is not there.
    case sessionLost
    /// Not installed, or not able to run here; the message says what is missing.
    case unavailable(String)
    /// A tool server of the turn is not connected, so that the turn would run without its tools (spec 03 §22.18).
    case toolsUnreachable(String)
    case failed(String)
}
