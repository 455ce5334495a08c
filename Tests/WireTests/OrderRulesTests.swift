import Domain
import RuntimeProtocols
import Testing
import Wire

@Suite
struct OrderRulesTests {
    @Test(arguments: UInt64(1)...400)
    func noSequenceOfEventsBreaksTheOrderOfChunks(seed: UInt64) {
        var translator = ChunkTranslator()
        var rules = StreamRules()
        var accumulator = MessageAccumulator(messageID: "m")
        for event in RandomEvents.make(60, seed: seed) {
            let chunks = translator.translate(event)
            rules.take(chunks)
            for chunk in chunks { accumulator.add(chunk) }
        }
        let closing = seed.isMultiple(of: 3) ? nil : translator.finish()
        let last = closing ?? translator.interrupt(reason: "Interrupted.")
        rules.take(last)
        for chunk in last { accumulator.add(chunk) }

        #expect(rules.faults.isEmpty, "seed \(seed)")
        #expect(rules.isSettled, "seed \(seed) leaves something open")
        for part in accumulator.message().parts {
            switch part {
            case .text(let block), .reasoning(let block): #expect(!block.isStreaming, "seed \(seed)")
            case .tool(let call):
                #expect(call.state == .outputAvailable || call.state == .outputError, "seed \(seed)")
                #expect(call.preliminary != true, "seed \(seed)")
            }
        }
    }

    @Test
    func theRulesThemselvesNoticeDisorder() {
        var rules = StreamRules()
        rules.take([.textStart(id: "a"), .reasoningStart(id: "b"), .textDelta(id: "c", delta: "x")])
        #expect(rules.faults.count == 2)
        #expect(!rules.isSettled)
    }
}
