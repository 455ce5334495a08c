import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization

/// Stands in for a coding agent: plays what a test wrote, and keeps what it was asked.
final class AgentStandIn: AgentRuntime {
    typealias Play =
        @Sendable (TurnRequest, @escaping @Sendable (RuntimeEvent) async throws -> Void) async throws -> Void

    let id = RuntimeID.claudeCode
    private let play: Play
    private let state = Mutex<[TurnRequest]>([])

    init(play: @escaping Play) {
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

    /// Adds a line to `notes.txt`, so that a later look at the workspace shows who worked on it.
    static func noting(_ line: String) -> Play {
        { turn, receive in
            try await receive(.started(sessionID: turn.resume ?? "session-1", format: "claude-jsonl"))
            let file = turn.workspace.appending(path: "notes.txt")
            // No file yet: no notes yet.
            let notes = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            try Data((notes + line + "\n").utf8).write(to: file)
            try await receive(.result(.good))
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

/// Stands in for the app builder; these tests are about something else.
struct NoBuilding: AppBuilding {
    func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer {
        AppBuildAnswer(text: "{}", isComplete: false)
    }

    func forget(_ appID: App.ID) async throws {}
}
