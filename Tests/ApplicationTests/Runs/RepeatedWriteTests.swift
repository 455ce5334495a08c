import Application
import Bus
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import Testing

/// A turn whose bus breaks off in the middle of a write: what was written is not written again, what was not is
/// (spec 02 B6).
@Suite
struct RepeatedWriteTests {
    private typealias Fate = BreakableBus.AppendFate

    /// Each append of a turn in its turn: the first, those of the answer, and the last.
    @Test(arguments: [BreakableBus.AppendFate.answerLost, .lost])
    func anAppendThatWasNotAnsweredIsInTheLogOnce(fate: BreakableBus.AppendFate) async throws {
        let intact = try await Self.turn { _ in .answered }
        #expect(intact.appends >= 5, "Too short a turn to prove anything")
        for number in 0..<intact.appends {
            let turn = try await Self.turn { $0 == number ? fate : .answered }
            #expect(turn.log == intact.log, "append \(number)")
            #expect(turn.sequence == Array(1...intact.log.count), "append \(number)")
            #expect(turn.run.status == .completed)
            #expect(turn.run.messages.last?.text == "Hello there")
            #expect(turn.appends == intact.appends + (fate == .lost ? 1 : 0), "append \(number)")
        }
    }

    @Test func aBusThatNeverAnswersAnAppendLosesNothing() async throws {
        let intact = try await Self.turn { _ in .answered }
        let mute = try await Self.turn { _ in .answerLost }
        #expect(mute.log == intact.log)
        #expect(mute.appends == intact.appends, "Nothing that is in the log is written again.")
        #expect(mute.run.status == .completed)
        let halting = try await Self.turn { $0.isMultiple(of: 2) ? .lost : .answered }
        #expect(halting.log == intact.log)
        #expect(halting.appends == 2 * intact.appends)
        #expect(halting.run.status == .completed)
    }

    /// It is tried once more and not for ever: viewers lose sight of the turn, the turn itself goes on.
    @Test(arguments: [BreakableBus.AppendFate.answerLost, .lost])
    func aRepetitionThatFailsTooLeavesABeginningAndNothingTwice(second: BreakableBus.AppendFate) async throws {
        let intact = try await Self.turn { _ in .answered }
        for number in 0..<intact.appends {
            let turn = try await Self.turn { $0 == number ? .lost : $0 == number + 1 ? second : .answered }
            #expect(turn.log == Array(intact.log.prefix(turn.log.count)), "append \(number)")
            #expect(turn.sequence == Array(turn.sequence.indices.map { $0 + 1 }), "append \(number)")
            #expect(turn.log.count < intact.log.count || second == .answerLost, "append \(number)")
            #expect(turn.appends == number + 2, "Nothing is written after that, append \(number)")
            #expect(turn.run.status == .completed)
            #expect(turn.run.messages.last?.text == "Hello there")
        }
    }

    // MARK: - Made for these tests

    private struct Turn {
        var run: Run
        /// The chunks of the finished log, as far as the same turn has the same in another house.
        var log: [String]
        var sequence: [Int]
        var appends: Int
    }

    private static let answer: [RuntimeEvent] = [
        .stream(.messageStart), .stream(.blockStart(index: 0, .text)), .stream(.textDelta(index: 0, "Hello")),
        .stream(.textDelta(index: 0, " there")), .stream(.blockStop(index: 0)),
    ]

    private static func turn(_ fate: @Sendable @escaping (Int) -> Fate) async throws -> Turn {
        let made = Mutex<Turn?>(nil)
        try await House.open { house in
            house.line.appendsMeet(fate)
            house.worker.play(Self.answer + Events.end())
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            // What a viewer sees is the log, record by record, until it is finished.
            let frames = try await House.read(answer.stream).components(separatedBy: "\n\n").filter { !$0.isEmpty }
            #expect(frames.last == "data: [DONE]")
            var turn = Turn(run: try await house.ended(scope), log: [], sequence: [], appends: house.line.appendCount)
            for frame in frames.dropLast() {
                let (_, id, data) = try #require(frame.wholeMatch(of: /id: (\d+)\ndata: (.*)/)).output
                turn.sequence.append(try #require(Int(id)))
                let chunk = try JSONValue(parsing: Data(data.utf8))
                let told = [chunk["type"]?.string, chunk["delta"]?.string]
                turn.log.append(told.compactMap { $0 }.joined(separator: ": "))
            }
            made.withLock { [turn] in $0 = turn }
        }
        return try #require(made.withLock { $0 })
    }
}
