import Bus
import Domain
import NIOCore

/// Tells the process that owns a turn that a person has stopped it through another one.
///
/// The owner looks before it calls the worker, and when the worker says that the turn was cancelled.
enum StopMark {
    static func leave(on turn: (run: Run.ID, lease: StreamLease), bus: any MessageBus) async throws {
        try await bus.setValue(
            ByteBuffer(string: "1"),
            for: Self.key(turn.run, turn.lease),
            expiringAfter: .seconds(300)
        )
    }

    static func isLeft(on turn: (run: Run.ID, lease: StreamLease), bus: any MessageBus) async throws -> Bool {
        try await bus.value(for: Self.key(turn.run, turn.lease)) != nil
    }

    private static func key(_ runID: Run.ID, _ lease: StreamLease) -> String { "{run:\(runID)}:stop:\(lease.id)" }
}
