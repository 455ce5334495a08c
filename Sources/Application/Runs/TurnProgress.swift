import Domain
import RuntimeProtocols
import Wire

/// Everything that changes while a turn runs.
struct TurnProgress: Sendable {
    var translator = ChunkTranslator()
    var accumulator: MessageAccumulator
    var outcome = TurnOutcome()
    var savedHash: ContentHash?
    /// The sequence number of the last record in the log.
    var sequence = 0
    var checkpointedAt: Timestamp?
    /// Something was added since the last checkpoint.
    var isDirty = false
    private var partial: [RunUsage] = []

    init(assistantID: String) {
        self.accumulator = MessageAccumulator(messageID: assistantID)
    }

    mutating func add(_ chunk: UIMessageChunk) {
        self.accumulator.add(chunk)
        self.isDirty = true
        if case .toolInputAvailable(_, let name, _) = chunk { self.outcome.sawCall(name) }
    }

    mutating func add(_ usage: RunUsage) {
        self.partial.append(usage)
    }

    /// What the result reported, else the sum of what passed by (spec 02 B12).
    var usage: RunUsage {
        if let result = self.translator.result { return result.usage }
        return self.partial.reduce(RunUsage(totalCostUSD: 0, models: [:])) { $0.adding($1) }
    }
}
