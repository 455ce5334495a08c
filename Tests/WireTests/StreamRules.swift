import Wire

/// The order rules of spec 02 §7.3, as a strict client would enforce them.
struct StreamRules {
    private enum Tool {
        case streaming, available, done
    }

    private var openText: String?
    private var openReasoning: String?
    private var usedIDs: Set<String> = []
    private var tools: [String: Tool] = [:]
    private(set) var faults: [String] = []

    var isSettled: Bool {
        self.openText == nil && self.openReasoning == nil && self.tools.values.allSatisfy { $0 == .done }
    }

    mutating func take(_ chunks: [UIMessageChunk]) {
        for chunk in chunks { self.take(chunk) }
    }

    mutating func take(_ chunk: UIMessageChunk) {
        switch chunk {
        case .start, .finish, .error: break
        case .textStart(let id):
            self.require(self.openText == nil && self.openReasoning == nil, "\(id) opens beside another block")
            self.require(self.usedIDs.insert(id).inserted, "\(id) is used twice")
            self.openText = id
        case .reasoningStart(let id):
            self.require(self.openText == nil && self.openReasoning == nil, "\(id) opens beside another block")
            self.require(self.usedIDs.insert(id).inserted, "\(id) is used twice")
            self.openReasoning = id
        case .textDelta(let id, _): self.require(self.openText == id, "text for \(id), which is not open")
        case .reasoningDelta(let id, _):
            self.require(self.openReasoning == id, "reasoning for \(id), which is not open")
        case .textEnd(let id):
            self.require(self.openText == id, "end of \(id), which is not open")
            self.openText = nil
        case .reasoningEnd(let id):
            self.require(self.openReasoning == id, "end of \(id), which is not open")
            self.openReasoning = nil
        case .toolInputStart(let id, _):
            self.require(self.tools[id] == nil, "\(id) is announced twice")
            self.require(self.openText == nil && self.openReasoning == nil, "\(id) is announced inside a block")
            self.tools[id] = .streaming
        case .toolInputDelta(let id, _): self.require(self.tools[id] == .streaming, "input for \(id) out of order")
        case .toolInputAvailable(let id, _, _):
            self.require(self.tools[id] == .streaming, "\(id) is complete out of order")
            self.tools[id] = .available
        case .toolInputError(let id, _, _, _):
            self.require(self.tools[id] == .streaming, "\(id) is broken out of order")
            self.tools[id] = .done
        case .toolOutputAvailable(let id, _, true):
            self.require(self.tools[id] == .available, "progress of \(id) out of order")
        case .toolOutputAvailable(let id, _, false), .toolOutputError(let id, _):
            self.require(self.tools[id] == .available || self.tools[id] == .done, "a result for \(id), unannounced")
            self.tools[id] = .done
        }
    }

    private mutating func require(_ condition: Bool, _ fault: String) {
        if !condition { self.faults.append(fault) }
    }
}
