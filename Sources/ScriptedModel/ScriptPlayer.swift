import Foundation

/// Picks the turn for each request and keeps the record.
actor ScriptPlayer {
    enum Choice: Sendable {
        case turn(Script.Turn, number: Int)
        case sideCall
        case refusal(String)
    }

    private let script: Script
    private let recordLimit: Int
    private var played: [String: Int] = [:]
    private var position = 0
    private var count = 0
    private(set) var requests: [RecordedRequest] = []

    init(script: Script, recordLimit: Int) {
        self.script = script
        self.recordLimit = recordLimit
    }

    func choose(for request: ModelRequest) -> Choice {
        switch self.script.order {
        case .any:
            for turn in self.script.turns where turn.when.mismatch(with: request) == nil {
                guard self.played[turn.id, default: 0] < turn.times ?? .max else { continue }
                return self.play(turn)
            }
        case .listed:
            if self.position < self.script.turns.count {
                let turn = self.script.turns[self.position]
                guard let mismatch = turn.when.mismatch(with: request) else {
                    self.position += 1
                    return self.play(turn)
                }
                if !request.isSideCall {
                    return .refusal("The next turn is \"\(turn.id)\", and the request differs in \"\(mismatch)\".")
                }
            }
        }
        return request.isSideCall ? .sideCall : .refusal("No turn of the script expects this request.")
    }

    func record(_ request: RecordedRequest) {
        guard self.recordLimit > 0 else { return }
        if self.requests.count >= self.recordLimit { self.requests.removeFirst() }
        self.requests.append(request)
    }

    private func play(_ turn: Script.Turn) -> Choice {
        self.played[turn.id, default: 0] += 1
        self.count += 1
        return .turn(turn, number: self.count)
    }
}
