import Domain
import RuntimeProtocols
import Synchronization

/// Stands in for a coding agent: plays what a test wrote, and keeps what it was asked.
///
/// The real ones are tested with
/// the real CLI elsewhere.
final class AgentRuntimeStandIn: AgentRuntime {
    typealias Play =
        @Sendable (TurnRequest, @escaping @Sendable (RuntimeEvent) async throws -> Void) async throws -> Void

    let id: RuntimeID
    private let play: Play
    private let state = Mutex<[TurnRequest]>([])

    init(id: RuntimeID = .claudeCode, play: @escaping Play) {
        self.id = id
        self.play = play
    }

    var requests: [TurnRequest] { self.state.withLock { $0 } }

    func run(_ turn: TurnRequest, receive: @escaping @Sendable (RuntimeEvent) async throws -> Void) async throws {
        self.state.withLock { $0.append(turn) }
        try await self.play(turn, receive)
    }

    /// Says that it started and ends well.
    static let brief: Play = { turn, receive in
        try await receive(.started(sessionID: turn.resume ?? "session-1", format: "claude-jsonl"))
        try await receive(.stream(.messageStart))
        try await receive(.stream(.textDelta(index: 0, "hello")))
        try await receive(.result(.good))
    }

    /// Starts and then works until it is stopped.
    static let endless: Play = { turn, receive in
        try await receive(.started(sessionID: turn.resume ?? "session-1", format: "claude-jsonl"))
        do {
            try await Task.sleep(for: .seconds(600))
        } catch {
            throw RuntimeFailure.cancelled
        }
    }
}

extension RuntimeEvent.TurnResult {
    static let good = Self(
        subtype: "success",
        text: "hello",
        usage: RunUsage(totalCostUSD: 0, models: [:]),
        durationMilliseconds: 5,
        turnCount: 1,
        isApprovalStop: false
    )
}
