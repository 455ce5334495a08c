import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import TestSupport
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

@Suite struct RemoteTurnTests {
    static let everyEvent: [RuntimeEvent] = [
        .started(sessionID: "session-1", format: "claude-jsonl"),
        .thinkingTokens,
        .retrying(attempt: 2, limit: 10, reason: "overloaded"),
        .stream(.messageStart),
        .stream(.blockStart(index: 0, .text)),
        .stream(.textDelta(index: 0, "line\nline \u{1B}[31m \u{202E} \u{0} “ü” 🙂 data: [DONE]\n\n")),
        .stream(.blockStop(index: 0)),
        .stream(.blockStart(index: 1, .thinking)),
        .stream(.thinkingDelta(index: 1, "hm")),
        .stream(.blockStart(index: 2, .redactedThinking)),
        .stream(.blockStart(index: 3, .toolUse(id: "t1", name: "Write"))),
        .stream(.inputDelta(index: 3, #"{"a":"#)),
        .stream(.messageDelta(nil)),
        .stream(.messageDelta(Self.usage)),
        .stream(.messageStop),
        .assistant([
            .text("a"), .thinking("b"), .redactedThinking, .toolUse(id: "t2", name: "Bash", input: ["command": "ls"]),
        ]),
        .toolResult(toolUseID: "t1", content: [["type": "text", "text": "ok"]], isError: false),
        .toolResult(toolUseID: "t2", content: "no", isError: true),
        .toolOutput(toolUseID: "t2", delta: "x", output: nil),
        .toolOutput(toolUseID: "t2", delta: nil, output: "xy"),
        .summary("Looked around"),
        .result(
            .init(
                subtype: "success",
                text: "done",
                usage: Self.usage,
                durationMilliseconds: 1234,
                turnCount: 3,
                isApprovalStop: true
            )
        ),
    ]

    static let usage = RunUsage(
        totalCostUSD: 0.25,
        models: [
            "claude-opus-4-8": .init(
                inputTokens: 1,
                outputTokens: 2,
                cacheReadInputTokens: 3,
                cacheCreationInputTokens: 4,
                costUSD: 0.25
            )
        ]
    )

    @Test func everyEventOfATurnArrivesAsItWasSent() async throws {
        let runtime = AgentStandIn { _, receive in
            for event in Self.everyEvent { try await receive(event) }
        }
        try await LiveWorker.with(runtime) { remote, _ in
            let events = try await remote.startTurn(.sample()).all()
            #expect(events == Self.everyEvent)
        }
    }

    @Test func theTurnReachesTheAgentWhole() async throws {
        let runtime = AgentStandIn(play: AgentStandIn.brief)
        try await LiveWorker.with(runtime) { remote, worker in
            var turn = WorkerTurn.sample(
                session: WorkerSession(
                    runtimeID: .claudeCode,
                    sessionID: "s9",
                    format: "claude-jsonl",
                    transcript: Data([0x7B, 0xFF, 0x0A])
                ),
                sourceFiles: [.text("src/a.ts", "text\r\n\u{202E}"), .bytes("src/b.bin", Data([0, 255, 1]))]
            )
            turn.maxTurns = 7
            _ = try await remote.startTurn(turn).all()
            let request = try #require(runtime.requests.first)
            #expect(request.prompt == turn.prompt)
            #expect(request.systemPrompt == turn.systemPrompt)
            #expect(request.settings == turn.settings)
            #expect(request.maxTurns == 7)
            #expect(request.resume == "s9")
            let files = try await remote.files(of: .one)
            #expect(files == turn.sourceFiles)
            let session = try await remote.session(of: .one)
            #expect(session == turn.session)
            #expect(worker.content("src/a.ts") == "text\r\n\u{202E}")
        }
    }

    @Test(arguments: [
        (RuntimeFailure.failed("no model"), WorkerFailure.failed("no model")),
        (.failed("session_lost"), .failed("session_lost")),
        (.failed("Agent run cancelled"), .failed("Agent run cancelled")),
        (.sessionLost, .sessionLost), (.cancelled, .cancelled),
    ])
    func aBrokenTurnFailsAsItDidThere(_ failure: RuntimeFailure, _ expected: WorkerFailure) async throws {
        let runtime = AgentStandIn { _, receive in
            try await receive(.thinkingTokens)
            throw failure
        }
        try await LiveWorker.with(runtime) { remote, _ in
            let stream = try await remote.startTurn(.sample())
            await #expect(throws: expected) { _ = try await stream.all() }
        }
    }

    @Test func aStoppedTurnEndsAndItsAppIsIdle() async throws {
        try await LiveWorker.with(AgentStandIn(play: AgentStandIn.endless)) { remote, _ in
            let stream = try await remote.startTurn(.sample())
            await #expect(throws: WorkerRefusal.busy) { _ = try await remote.startTurn(.sample(run: .two)) }
            let isBusy = try await remote.status(of: .one).isBusy
            #expect(isBusy)
            let other = try await remote.cancel(WorkerTurn.sample(run: .two).scope)
            #expect(other == WorkerCancellation(cancelled: false, isIdle: false))
            let own = try await remote.cancel(WorkerTurn.sample().scope)
            #expect(own == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
        }
    }

    @Test func aReaderThatLeavesStopsTheTurn() async throws {
        try await LiveWorker.with(AgentStandIn(play: AgentStandIn.endless)) { remote, worker in
            let reader = Task { try await remote.startTurn(.sample()).all() }
            try await eventually { try await worker.service.status(of: .one).sessionID != nil }
            reader.cancel()
            try await eventually { try await worker.service.status(of: .one).isBusy == false }
            _ = await reader.result
        }
    }

    @Test func aDroppedStreamStopsTheTurn() async throws {
        try await LiveWorker.with(AgentStandIn(play: AgentStandIn.endless)) { remote, worker in
            var stream: AsyncThrowingStream<RuntimeEvent, any Error>? = try await remote.startTurn(.sample())
            _ = stream
            try await eventually { try await worker.service.status(of: .one).isBusy }
            stream = nil
            try await eventually { try await worker.service.status(of: .one).isBusy == false }
        }
    }

    @Test func aWorkerKilledInTheMiddleFailsTheTurnWithASentence() async throws {
        let worker = try await LiveWorker.start(AgentStandIn(play: AgentStandIn.endless))
        try await RemoteWorker.using(worker.url) { remote in
            var events = try await remote.startTurn(.sample()).makeAsyncIterator()
            let first = try await events.next()
            #expect(first == .started(sessionID: "session-1", format: "claude-jsonl"))
            await worker.kill()
            let failure = await #expect(throws: WorkerFailure.self) { _ = try await events.next() }
            // Either the worker still said that it stopped, or the connection went away.
            #expect(failure == .failed(RunningStream.lost) || failure == .cancelled)
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.startTurn(.sample()) }
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.status(of: .one) }
        }
        await worker.discard()
    }

    @Test func aSlowReaderHoldsTheWorkerBackAndLosesNothing() async throws {
        let count = 3000
        let sent = Mutex(0)
        let runtime = AgentStandIn { _, receive in
            for number in 0..<count {
                try await receive(.stream(.inputDelta(index: number, String(repeating: "x", count: 10_000))))
                sent.withLock { $0 = number }
            }
        }
        try await LiveWorker.with(runtime) { remote, _ in
            var events = try await remote.startTurn(.sample()).makeAsyncIterator()
            let first = try await events.next()
            #expect(first != nil)
            // The sockets take what they take; the rest stays where it is.
            var before = -1
            while sent.withLock({ $0 }) != before {
                before = sent.withLock { $0 }
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(before < count - 1)
            var seen = 1
            while let event = try await events.next() {
                if case .stream(.inputDelta(index: seen, _)) = event { seen += 1 }
            }
            #expect(seen == count)
        }
    }
}
