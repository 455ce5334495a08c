import Bus
import Domain
import Foundation
import Wire

/// The answer of a turn whose owner is gone, put together from what its viewers were sent.
///
/// Checkpoints are up to two seconds old; the log on the bus holds every chunk that anybody saw.
enum LoggedAnswer {
    /// `nil` when the log is gone, or no longer has its beginning.
    static func read(of run: Run, on bus: any MessageBus, at now: Timestamp) async throws -> UIMessage? {
        guard let stream = run.activeStreamID else { return nil }
        let log = ActiveTurn.log(of: run.id, stream: stream)
        guard let state = try await bus.logState(log), state.firstSequence == 1, state.lastSequence > 0 else {
            return nil
        }
        var answer: MessageAccumulator?
        reading: for try await batch in try await bus.readLog(log, after: 0) {
            // Nothing came for a while: the records end here.
            guard !batch.isEmpty else { break }
            for record in batch {
                if let chunk = UIMessageChunk(frame: record.payload) {
                    if case .start(let messageID) = chunk { answer = MessageAccumulator(messageID: messageID) }
                    answer?.add(chunk)
                }
                guard record.sequence < state.lastSequence else { break reading }
            }
        }
        guard let answer, !answer.isEmpty else { return nil }
        return answer.message(metadata: run.partialAnswer?.metadata ?? .init(createdAt: now))
    }

    /// The one of two answers that says more: without the bus a turn goes on, and then its checkpoint is the longer one.
    static func longer(_ one: UIMessage?, _ other: UIMessage?) throws -> UIMessage? {
        guard let one, let other else { return one ?? other }
        let encoder = JSONEncoder()
        return try encoder.encode(one).count > encoder.encode(other).count ? one : other
    }
}
