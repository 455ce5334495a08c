import Domain
import Testing

@testable import RuntimeProtocols

/// Usage is told as all of the turn so far, from the moment an answer begins (spec 02 B12).
@Suite
struct ClaudeUsageTests {
    private static func told(_ actions: [ClaudeTurnStateMachine.Action]) -> [RunUsage?] {
        actions.compactMap { action in
            guard case .emit(.stream(.messageDelta(let usage))) = action else { return nil }
            return usage
        }
    }

    @Test
    func anAnswerThatIsCutHasPaidForWhatWasRead() {
        var machine = ClaudeTurnStateMachine(.test(), secrets: [])
        let first = machine.handle(.output(.messageStart(id: "1", model: "m", usage: .init(input: 7, output: 1))))
        #expect(first.first == .emit(.stream(.messageStart)))
        #expect(Self.told(first).map { $0?.totalInputTokens } == [7])
        let delta = machine.handle(.output(.messageDelta(.init(output: 20))))
        #expect(Self.told(delta).map { $0?.totalOutputTokens } == [20])
        // The second answer is cut: no more is heard of it.
        let second = machine.handle(.output(.messageStart(id: "2", model: "m", usage: .init(input: 30, output: 1))))
        #expect(Self.told(second).map { $0?.totalInputTokens } == [37])
        #expect(Self.told(second).map { $0?.totalOutputTokens } == [21])
    }
}
