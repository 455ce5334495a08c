import Domain
import RuntimeProtocols

/// Repeatable chance (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Events as no runtime would send them: indexes and call ids are drawn from small sets, so that they clash.
enum RandomEvents {
    static func make(_ count: Int, seed: UInt64) -> [RuntimeEvent] {
        var chance = SeededGenerator(seed: seed)
        return (0..<count).map { _ in self.event(&chance) }
    }

    private static func event(_ chance: inout SeededGenerator) -> RuntimeEvent {
        let index = Int.random(in: 0...3, using: &chance)
        let call = "call-\(Int.random(in: 0...5, using: &chance))"
        let text =
            ["", "a", "{\"path\":\"x", "\",\n", "\u{202E}<b>\u{1B}[31m", "}"].randomElement(using: &chance) ?? ""
        switch Int.random(in: 0..<19, using: &chance) {
        case 0: return .stream(.messageStart)
        case 1: return .stream(.blockStart(index: index, .text))
        case 2: return .stream(.blockStart(index: index, .thinking))
        case 3: return .stream(.blockStart(index: index, .redactedThinking))
        case 4, 5: return .stream(.blockStart(index: index, .toolUse(id: call, name: "Write")))
        case 6: return .stream(.textDelta(index: index, text))
        case 7: return .stream(.thinkingDelta(index: index, text))
        case 8, 9: return .stream(.inputDelta(index: index, text))
        case 10: return .stream(.blockStop(index: index))
        case 11: return .toolResult(toolUseID: call, content: .string(text), isError: Bool.random(using: &chance))
        case 12: return .toolOutput(toolUseID: call, delta: text, output: nil)
        case 13: return .toolOutput(toolUseID: call, delta: nil, output: text)
        case 14: return .summary(text)
        case 15: return .thinkingTokens
        case 16: return .retrying(attempt: 1, limit: 3, reason: text)
        case 17: return .assistant([.text(text), .toolUse(id: call, name: "Bash", input: [:]), .thinking(text)])
        default: return .assistant([.redactedThinking, .text(text)])
        }
    }
}
