import Domain
import RuntimeProtocols
import Synchronization
import Wire

/// Everything that changes while a turn runs.
struct TurnProgress: Sendable {
    var translator = ChunkTranslator()
    let answer: LiveAnswer
    var outcome = TurnOutcome()
    /// The workspace as it was when the runtime started.
    var startHash: ContentHash?
    var savedHash: ContentHash?
    /// The sequence number of the last record in the log.
    var sequence = 0
    /// The log cannot be written any more; the turn goes on without viewers.
    var isMute = false
    /// As last told; it covers the whole turn so far.
    private var lastUsage = RunUsage(totalCostUSD: 0, models: [:])

    init(answer: LiveAnswer) {
        self.answer = answer
    }

    mutating func add(_ chunk: UIMessageChunk) {
        self.answer.add(chunk)
        self.outcome.saw(chunk)
    }

    mutating func note(_ usage: RunUsage) {
        self.lastUsage = usage
        self.answer.note(usage)
    }

    /// What the result reported, else what was told last (spec 02 B12).
    var usage: RunUsage { self.translator.result?.usage ?? self.lastUsage }
}

/// The answer and what it uses as they grow, shared by the turn, which adds to it, and the timer that keeps copies of it.
final class LiveAnswer: Sendable {
    private struct State {
        var accumulator: MessageAccumulator
        /// Something was added since the last copy.
        var isUnsaved = false
        var usage: RunUsage?
    }

    private let state: Mutex<State>

    init(messageID: String) {
        self.state = Mutex(State(accumulator: MessageAccumulator(messageID: messageID)))
    }

    /// What the turn has used so far.
    var usage: RunUsage? { self.state.withLock { $0.usage } }

    func note(_ usage: RunUsage) {
        self.state.withLock { state in
            state.usage = usage
            state.isUnsaved = true
        }
    }

    func add(_ chunk: UIMessageChunk) {
        self.state.withLock { state in
            state.accumulator.add(chunk)
            state.isUnsaved = true
        }
    }

    /// The answer if it has parts and has grown since the last call.
    func takeUnsaved(at time: Timestamp) -> UIMessage? {
        self.state.withLock { state in
            guard state.isUnsaved, !state.accumulator.isEmpty else { return nil }
            state.isUnsaved = false
            return state.accumulator.message(metadata: .init(createdAt: time))
        }
    }

    func markUnsaved() {
        self.state.withLock { $0.isUnsaved = true }
    }

    /// `nil` when nothing was answered: kept, an empty message would make the next one look stale (spec 02 B1).
    func message(at time: Timestamp) -> UIMessage? {
        self.state.withLock { state in
            state.accumulator.isEmpty ? nil : state.accumulator.message(metadata: .init(createdAt: time))
        }
    }
}
