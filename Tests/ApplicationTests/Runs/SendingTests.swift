import Application
import Documents
import Domain
import Foundation
import RuntimeProtocols
import Testing

/// POST chat: what is claimed, and what is answered otherwise (spec 02 §4, §5, B1, B5, B12).
@Suite
struct SendingTests {
    private static func header(_ name: String, _ answer: RunService.ChatAnswer) -> String? {
        answer.headers.first { $0.name == "x-second-chat-" + name }?.value
    }

    @Test
    func aFirstMessageIsAnsweredAndKept() async throws {
        try await House.open { house in
            house.worker.play([.started(sessionID: "s", format: "f")] + Events.text("Hello <b>") + Events.end())
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)

            #expect(run.status == .completed)
            #expect(run.messages.map(\.role) == [.user, .assistant])
            #expect(run.messages.first?.text == "Hi")
            #expect(run.messages.first?.metadata?.authorUserID == house.author.id)
            #expect(run.messages.last?.text == "Hello <b>")
            #expect(run.activeStreamID == nil)
            #expect(run.streamLease == nil)
            #expect(run.partialAnswer == nil)
            #expect(run.usage?.totalCostUSD == 0.25)
            #expect(run.usage?.byModel["claude%2Etest"]?.inputTokens == 100)
            let id = try #require(run.messages.last?.id)
            #expect(text.hasPrefix("id: 1\ndata: {\"type\":\"start\",\"messageId\":\"\(id)\"}\n\n"))
            #expect(text.hasSuffix("data: {\"type\":\"finish\"}\n\ndata: [DONE]\n\n"))
            #expect(house.worker.turns.first?.prompt == "Hi")
            #expect(house.worker.turns.first?.maxTurns == 500)
        }
    }

    @Test
    func usageOfSeveralTurnsAddsUp() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            for number in 1...3 {
                house.worker.play(Events.text("x") + Events.end())
                try await house.talk("m", id: "u\(number)", to: scope)
                _ = try await house.ended(scope)
            }
            let run = try await house.run(scope)
            #expect(run.usage?.totalInputTokens == 300)
            #expect(run.messageCount == 6)
        }
    }

    @Test
    func simultaneousFirstMessagesStartOneTurn() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("one"))
            let scope = try await house.newRun()
            let requests = try (1...6).map { try House.request("Hi", id: "u\($0)", after: []) }
            let results = try await withThrowingTaskGroup(of: String?.self) { group in
                for request in requests {
                    group.addTask {
                        Self.header("claim-result", try await house.runs.send(request, to: scope, by: house.author))
                    }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(results.count { $0 == nil } == 1)
            #expect(results.allSatisfy { [nil, "already_streaming", "stale_input"].contains($0) })
            try await eventually("the worker is called") { !house.worker.turns.isEmpty }
            house.worker.finish()
            _ = try await house.ended(scope)
            #expect(house.worker.turns.count == 1)
        }
    }

    @Test
    func whileATurnRunsADuplicateIsSilentAndAnotherMessageIsBusy() async throws {
        try await House.open { house in
            house.worker.hold(after: Events.text("one"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)

            let again = try await house.runs.send(
                try House.request("Hi", id: "u1", after: []),
                to: scope,
                by: house.author
            )
            #expect(Self.header("claim-result", again) == "already_streaming")
            #expect(Self.header("error-code", again) == nil)
            #expect(try await House.read(again.stream) == "data: [DONE]\n\n")

            // Even a list that is not longer: it brings words that the run does not know.
            let other = try await house.runs.send(
                try House.request("More", id: "u2", after: []),
                to: scope,
                by: house.author
            )
            #expect(Self.header("error-code", other) == "run_already_streaming")
            #expect(Self.header("retryable", other) == "true")
            #expect(try await House.read(other.stream).contains("\"type\":\"error\""))
            house.worker.finish()
            _ = try await house.ended(scope)
        }
    }

    @Test
    func oneAppStreamsInOneRunAtATime() async throws {
        try await House.open { house in
            house.worker.hold()
            let first = try await house.newRun()
            let second = try await house.newRun()
            try await house.send("Hi", id: "u1", to: first)
            let refused = try await house.send("Hi", id: "u1", to: second)
            #expect(Self.header("error-code", refused) == "run_already_streaming")
            #expect(try await house.run(second).status == .pending)

            let other = try await house.secondApp()
            house.worker.play(Events.text("fine") + Events.end())
            let elsewhere = try await house.newRun(of: AppScope(workspaceID: other.workspaceID, appID: other.id))
            let accepted = try await house.send("Hi", id: "u1", to: elsewhere)
            #expect(Self.header("claim-result", accepted) == nil)
            _ = try await house.ended(elsewhere)
            house.worker.finish()
            _ = try await house.ended(first)
        }
    }

    @Test
    func aHistoryThatIsNotOursChangesNothing() async throws {
        try await House.open { house in
            house.worker.play(Events.text("one") + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let before = try await house.ended(scope)
            let answerID = try #require(before.messages.last?.id)
            let stale: [[(String, String)]] = [
                [], [("u1", "user")], [("x", "user"), (answerID, "assistant")],
                [(answerID, "assistant"), ("u1", "user")],
            ]
            for known in stale {
                let request = try House.request("More", id: "u2", after: known)
                let answer = try await house.runs.send(request, to: scope, by: house.author)
                #expect(Self.header("claim-result", answer) == "stale_input")
                #expect(Self.header("error-code", answer) == "claim_rejected")
            }
            let empty = try House.request("  \n", id: "u2", after: [("u1", "user"), (answerID, "assistant")])
            let answer = try await house.runs.send(empty, to: scope, by: house.author)
            #expect(Self.header("claim-result", answer) == "stale_input")
            #expect(try await house.run(scope) == before)
        }
    }

    @Test
    func aTurnThatFailsBeforeAnyAnswerLeavesNoEmptyMessage() async throws {
        try await House.open { house in
            house.worker.edit { $0.startRefusal = .busy }
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.status == .failed)
            #expect(run.failure?.code == .workerStreamFailed)
            #expect(run.failure?.retryable == true)
            #expect(run.messages.map(\.id) == ["u1"])
            #expect(text.contains("\"type\":\"error\""))
            #expect(text.hasSuffix("data: [DONE]\n\n"))

            house.worker.edit { $0.startRefusal = nil }
            house.worker.play(Events.text("now") + Events.end())
            try await house.talk("And now?", id: "u2", to: scope)
            #expect(try await house.ended(scope).messages.map(\.role) == [.user, .user, .assistant])
        }
    }

    @Test
    func aCardIsAnsweredByADecisionOnly() async throws {
        try await House.open { house in
            house.worker.play(Events.plan())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let waiting = try await house.ended(scope)
            #expect(waiting.status == .completed)
            #expect(PendingApproval.find(in: waiting.messages)?.toolCallID == "plan-1")
            #expect(waiting.awaitsDecision == true)

            for decision in [nil, (call: "plan-0", verdict: "approved")] {
                let bypass = try await house.request("Build something else", id: "u2", in: scope, decision: decision)
                let refused = try await house.runs.send(bypass, to: scope, by: house.author)
                #expect(Self.header("error-code", refused) == "approval_pending")
            }
            #expect(try await house.run(scope) == waiting)

            house.worker.play(Events.text("Building.") + Events.end())
            let decision = (call: "plan-1", verdict: "approved")
            let request = try await house.request("Approved", id: "u2", in: scope, decision: decision)
            let accepted = try await house.runs.send(request, to: scope, by: house.author)
            #expect(Self.header("claim-result", accepted) == nil)
            let run = try await house.ended(scope)
            #expect(run.awaitsDecision == nil)
            #expect(run.messages[2].metadata?.decision == ApprovalDecision(toolCallID: "plan-1", verdict: .approved))
        }
    }

    @Test
    func aRerunDiscardsLaterTurnsAndTheirSessions() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.edit {
                $0.session = WorkerSession(
                    runtimeID: .claudeCode,
                    sessionID: "s1",
                    format: "claude-jsonl",
                    transcript: Data("t".utf8)
                )
            }
            for number in 1...2 {
                house.worker.play(Events.text("answer \(number)") + Events.end())
                try await house.talk("message \(number)", id: "u\(number)", to: scope)
                _ = try await house.ended(scope)
            }
            #expect(house.worker.turns[1].session?.sessionID == "s1")
            #expect(house.worker.turns[1].prompt == "message 2")
            house.worker.edit { $0.session = nil }
            house.worker.play(Events.text("again"), thenFail: .failed("broken"))
            let request = try await house.request("message 1 edited", id: "u1", in: scope, retry: true)
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            let run = try await house.ended(scope)
            #expect(run.messages.map(\.text) == ["message 1 edited", "again"])
            #expect(house.worker.turns[2].session == nil)
            #expect(run.runtimeSessionStates == nil)
            #expect(run.failure?.message == "broken")

            let unknown = try House.request("x", id: "nobody", after: [], retry: true)
            let refused = try await house.runs.send(unknown, to: scope, by: house.author)
            #expect(Self.header("claim-result", refused) == "stale_input")
        }
    }

    @Test
    func aLostNativeSessionIsReplacedByAHandOff() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.edit {
                $0.session = WorkerSession(
                    runtimeID: .claudeCode,
                    sessionID: "s1",
                    format: "claude-jsonl",
                    transcript: Data("t".utf8)
                )
            }
            house.worker.play(Events.text("first answer") + Events.end())
            try await house.talk("first", id: "u1", to: scope)
            _ = try await house.ended(scope)
            house.worker.play([], thenFail: .sessionLost)
            house.worker.play(Events.text("second answer") + Events.end())
            try await house.talk("second", id: "u2", to: scope)
            #expect(try await house.ended(scope).status == .completed)
            let turns = house.worker.turns
            #expect(turns.count == 3)
            #expect(turns[1].session?.sessionID == "s1")
            #expect(turns[2].session == nil)
            #expect(turns[2].prompt.contains("first answer"))
            #expect(turns[2].prompt.hasSuffix("second"))
        }
    }

    @Test
    func attachmentsComeBackToAWorkspaceThatLostThem() async throws {
        try await House.open { house in
            let reference = AttachmentRef(
                id: "a",
                name: "leads.csv",
                path: "attachments/a-leads.csv",
                size: 3,
                contentType: "text/csv"
            )
            try await house.tools.attachments.put(
                reference,
                content: Data("a,b".utf8),
                in: house.appScope,
                at: house.clock.wall.now
            )
            let scope = try await house.newRun()
            let known: JSONValue = ["id": "a", "name": "leads.csv", "path": "attachments/a-leads.csv", "size": 3]
            let unknown: JSONValue = ["id": "b", "name": "b.csv", "path": "attachments/b-b.csv", "size": 3]

            let lost = try House.request("Hi", id: "u1", after: [], attachments: [unknown])
            await #expect(throws: RunRefusal.attachmentUnavailable) {
                try await house.runs.send(lost, to: scope, by: house.author)
            }
            #expect(try await house.run(scope).status == .pending)
            house.worker.edit { $0.isUnreachable = true }
            let request = try House.request("Hi", id: "u1", after: [], attachments: [known, known])
            await #expect(throws: RunRefusal.workerUnavailable) {
                try await house.runs.send(request, to: scope, by: house.author)
            }
            house.worker.edit { $0.isUnreachable = false }
            house.worker.play(Events.text("x") + Events.end())
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            let run = try await house.ended(scope)
            #expect(run.attachments == [reference.withoutType])
            #expect(run.messages.first?.metadata?.attachments?.count == 1)
            #expect(house.worker.edit { $0.stored } == [reference])
            #expect(house.worker.turns.first?.systemPrompt.contains("`attachments/a-leads.csv`") == true)
        }
    }
}

extension AttachmentRef {
    fileprivate var withoutType: Self {
        var copy = self
        copy.contentType = nil
        return copy
    }
}
