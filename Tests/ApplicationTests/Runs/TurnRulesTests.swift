import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing
import Wire

@Suite
struct TurnRulesTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private static func run(_ status: Run.Status) throws -> Run {
        let id = "aaaaaaaaaaaaaaaaaaaaaaaa"
        var run = Run(
            id: try #require(Run.ID(id)),
            workspaceID: try #require(WorkspaceID("acme")),
            appID: try #require(App.ID(id)),
            createdByUserID: try #require(User.ID(id)),
            createdAt: self.now
        )
        run.status = status
        return run
    }

    // MARK: - Staleness

    @Test(arguments: [(119_999, false), (120_000, true)])
    func anUnattachableRunIsStaleAfterTwoMinutes(milliseconds: Int64, isStale: Bool) throws {
        let run = try Self.run(.streaming)
        #expect(StaleRule.isStale(StreamingRun(run), at: Self.now.adding(.milliseconds(milliseconds))) == isStale)
    }

    @Test(arguments: [(1_199_999, false), (1_200_000, true)])
    func anAttachableRunIsStaleAfterTwentySilentMinutes(milliseconds: Int64, isStale: Bool) throws {
        var run = try Self.run(.streaming)
        run.activeStreamID = "s"
        let beat = Self.now.adding(.seconds(500))
        run.streamLease = StreamLease(id: "l", startedAt: Self.now, heartbeatAt: beat)
        #expect(StaleRule.isStale(StreamingRun(run), at: beat.adding(.milliseconds(milliseconds))) == isStale)
        run.status = .completed
        #expect(!StaleRule.isStale(StreamingRun(run), at: beat.adding(.seconds(9999))))
    }

    // MARK: - Outcome

    private static func verdict(_ events: [RuntimeEvent], building: Bool = false) -> RunFailure.Code? {
        var translator = ChunkTranslator()
        var outcome = TurnOutcome()
        for event in events {
            for chunk in translator.translate(event) { outcome.saw(chunk) }
            if building, case .toolResult("build-1", _, _) = event { outcome.savedBuild() }
        }
        return outcome.failure(of: translator, at: self.now)?.code
    }

    @Test
    func aTurnIsCompleteWhenNothingIsLeftToBuild() {
        #expect(Self.verdict(Events.text("Hello") + Events.end()) == nil)
        #expect(Self.verdict(Events.plan()) == nil)
        #expect(Self.verdict(Events.write("w") + Events.build() + Events.end(), building: true) == nil)
        #expect(Self.verdict(Events.call("r", "Read") + Events.result("r") + Events.end()) == nil)
    }

    @Test
    func editsWithoutABuildAreIncomplete() {
        #expect(Self.verdict(Events.write("w") + Events.end()) == .buildIncomplete)
        #expect(Self.verdict(Events.build() + Events.end()) == .buildIncomplete)
        #expect(Self.verdict(Events.build() + Events.write("w") + Events.end(), building: true) == .buildIncomplete)
        #expect(Self.verdict(Events.write("w")) == .workerStreamFailed)
        #expect(Self.verdict(Events.write("w") + Events.end("error_max_turns")) == .workerStreamFailed)
    }

    /// It most likely changed nothing; whether it did is seen by comparing.
    @Test
    func anEditThatFailedSpoilsNoBuild() {
        let failed = Events.call("e", "Edit") + Events.result("e", "String to replace not found.", isError: true)
        #expect(Self.verdict(Events.build() + failed + Events.end(), building: true) == nil)
        #expect(Self.verdict(failed + Events.end()) == nil)
        let open = Events.call("e", "Edit") + Events.end()
        #expect(Self.verdict(Events.build() + open, building: true) == .buildIncomplete)
        var outcome = TurnOutcome()
        var translator = ChunkTranslator()
        for event in failed { for chunk in translator.translate(event) { outcome.saw(chunk) } }
        #expect(outcome.needsComparison)
    }

    @Test
    func aFlushedCardIsNoStop() {
        let flushed = Events.write("w") + Events.call("p", "mcp__second__present_plan") + [.stream(.messageStart)]
        #expect(Self.verdict(flushed + Events.end()) == .buildIncomplete)
    }

    @Test(arguments: [
        (#"{"status":"complete","summary":"s"}"#, true),
        (#"[{"type":"text","text":"{\"status\":\"complete\"}"}]"#, true),
        (#"{"content":[{"text":"{\"status\":\"failed\"}"}]}"#, false), (#""complete""#, false), ("[]", false),
    ])
    func aBuildIsRecognisedInItsEnvelopes(result: String, isSuccess: Bool) throws {
        #expect((FinishedBuild(answer: try JSONValue(parsing: Data(result.utf8))) != nil) == isSuccess)
    }

    // MARK: - Stored history

    @Test
    func onlyTheOldestToolDataIsCutFromALongHistory() {
        let long = JSONValue.string(String(repeating: "x", count: 10_000))
        let messages = (0..<10).flatMap { number -> [UIMessage] in
            let call = UIMessagePart.ToolCall(
                toolName: "Read",
                toolCallID: "\(number)",
                state: .outputAvailable,
                output: long
            )
            return [
                UIMessage(
                    id: "u\(number)",
                    role: .user,
                    parts: [.text(.init(text: String(repeating: "w", count: 2000)))]
                ),
                UIMessage(id: "a\(number)", role: .assistant, parts: [.text(.init(text: "said")), .tool(call)]),
            ]
        }
        #expect(StoredHistory.fit(messages, limit: 1_000_000) == messages)
        let fitting = StoredHistory.fit(messages, limit: 100_000)
        #expect(fitting.map(\.id) == messages.map(\.id))
        #expect(fitting.map(\.text) == messages.map(\.text))
        #expect(fitting.last == messages.last)
        #expect(fitting[1] != messages[1])
    }

    @Test
    func anInterruptedAnswerHasNothingOpen() {
        let message = UIMessage(
            id: "a",
            role: .assistant,
            parts: [
                .text(.init(text: "half", isStreaming: true)),
                .tool(.init(toolName: "Write", toolCallID: "1", state: .inputStreaming, input: ["a": 1])),
                .tool(
                    .init(toolName: "Bash", toolCallID: "2", state: .outputAvailable, output: "x", preliminary: true)
                ),
                .tool(.init(toolName: "Read", toolCallID: "3", state: .outputAvailable, output: "x")),
            ]
        )
        let closed = InterruptedMessages.close(message)
        #expect(closed.parts[0] == .text(.init(text: "half")))
        #expect(closed.parts[3] == message.parts[3])
        for part in closed.parts[1...2] {
            guard case .tool(let call) = part else { continue }
            #expect(call.state == .outputError)
            #expect(call.errorText == "Interrupted.")
            #expect(call.preliminary == nil)
        }
    }
}
