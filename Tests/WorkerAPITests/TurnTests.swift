import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import TestSupport
import Testing

@testable import WorkerAPI

@Suite struct TurnTests {
    @Test func aTurnIsPreparedRunAndCleanedUp() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await WorkerFixture.with(runtime) { fixture in
            let events = try await fixture.service.startTurn(.sample()).all()
            #expect(events.first == .started(sessionID: "session-1", format: "claude-jsonl"))
            #expect(events.last == .result(.good))
            let request = try #require(runtime.requests.first)
            #expect(request.workspace == fixture.workspace())
            #expect(request.home.root.path().hasPrefix(fixture.folder.appending(path: "homes").path()))
            #expect(request.resume == nil)
            #expect(
                request.allowedTools.suffix(3) == [
                    "mcp__second__present_plan", "mcp__second__present_suggestions", "mcp__second__done_building",
                ]
            )
            #expect(request.stopsForApproval("mcp__second__present_plan", ["ok": true, "status": "presented"]))
            #expect(!request.stopsForApproval("mcp__second__present_plan", ["ok": false, "status": "invalid"]))
            #expect(!request.stopsForApproval("mcp__second__done_building", ["ok": true, "status": "presented"]))
            #expect(fixture.content("src/main.tsx") == "start")

            let status = try await fixture.service.status(of: .one)
            #expect(!status.isBusy && status.exists && status.workspaceHasFiles && !status.restoreNeeded)
            #expect(status.sessionID == "session-1")
            let endpoint = try #require(request.toolServers.first)
            let answer = await fixture.broker.answer(
                Data("{}".utf8),
                brokerID: endpoint.url.lastPathComponent,
                server: nil,
                token: endpoint.token.reveal()
            )
            #expect(answer == .refused("unknown_or_expired_tool_broker_session"))
        }
    }

    @Test(arguments: [nil, "# Type check\nOld."])
    func whatTheBuilderHasToSayEndsTheSystemPrompt(_ briefing: String?) async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        let building = AppBuildingStandIn(briefing: briefing) { _ in AppBuildAnswer(text: "", isComplete: true) }
        try await WorkerFixture.with(runtime, building: building) { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let prompt = try #require(runtime.requests.first).systemPrompt
            #expect(prompt == "You build apps." + (briefing.map { "\n\n" + $0 } ?? ""))
        }
    }

    @Test func givenSourcesFillOnlyAnEmptyWorkspace() async throws {
        try await WorkerFixture.with { fixture in
            let files: [SourceFile] = [.text("a.ts", "given")]
            _ = try await fixture.service.startTurn(.sample(sourceFiles: files)).all()
            #expect(fixture.content("a.ts") == "given")
            #expect(fixture.content("src/main.tsx") == nil)
            _ = try await fixture.service.startTurn(.sample(sourceFiles: [.text("a.ts", "newer")])).all()
            #expect(fixture.content("a.ts") == "given")
        }
    }

    @Test func aSecondTurnIsRefusedBeforeAnythingIsTouched() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.endless)
        try await WorkerFixture.with(runtime) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            var iterator = stream.makeAsyncIterator()
            _ = try await iterator.next()
            let other = WorkerSession(
                runtimeID: .claudeCode,
                sessionID: "other",
                format: "x",
                transcript: Data("t".utf8)
            )
            await #expect(throws: WorkerRefusal.busy) {
                _ = try await fixture.service.startTurn(.sample(run: .two, session: other))
            }
            await #expect(throws: WorkerRefusal.busy) {
                try await fixture.service.restore([.text("a.ts", "x")], of: .one)
            }
            #expect(try await fixture.service.status(of: .one).sessionID == "session-1")
            #expect(fixture.content("a.ts") == nil)
            #expect(runtime.requests.count == 1)
            let stopped = try await fixture.service.cancel(WorkerTurn.sample().scope)
            #expect(stopped == WorkerCancellation(cancelled: true, isIdle: true))
        }
    }

    @Test func aStopEndsTheRunItNamesAndNoOther() async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            let other = RunScope(workspaceID: .one, appID: .one, runID: .two)
            #expect(try await fixture.service.cancel(other) == WorkerCancellation(cancelled: false, isIdle: false))
            #expect(
                try await fixture.service.cancel(WorkerTurn.sample().scope)
                    == WorkerCancellation(cancelled: true, isIdle: true)
            )
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            #expect(
                try await fixture.service.cancel(WorkerTurn.sample().scope)
                    == WorkerCancellation(cancelled: false, isIdle: true)
            )
        }
    }

    @Test func aTurnWithoutAReaderEnds() async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            do {
                let stream = try await fixture.service.startTurn(.sample())
                _ = stream
            }
            try await eventually { try await fixture.service.status(of: .one).isBusy == false }
        }
    }

    @Test func failuresAreToldInWordsThatMayBeShown() async throws {
        let cases: [(any Error, WorkerFailure)] = [
            (RuntimeFailure.sessionLost, .sessionLost), (RuntimeFailure.cancelled, .cancelled),
            (RuntimeFailure.failed("bad\nnews  now"), .failed("bad news now")),
            (RuntimeFailure.failed(String(repeating: "x", count: 500)), .failed(String(repeating: "x", count: 240))),
            (CocoaError(.fileReadCorruptFile), .failed("The agent stopped unexpectedly.")),
        ]
        for (error, failure) in cases {
            let runtime = AgentRuntimeStandIn { _, receive in
                try await receive(.started(sessionID: "session-1", format: "claude-jsonl"))
                throw error
            }
            try await WorkerFixture.with(runtime) { fixture in
                let stream = try await fixture.service.startTurn(.sample())
                await #expect(throws: failure) { _ = try await stream.all() }
                let status = try await fixture.service.status(of: .one)
                #expect(!status.isBusy)
                #expect((status.sessionID == nil) == (failure == .sessionLost))
            }
        }
    }

    @Test func aRuntimeThatIsNotHereIsRefused() async throws {
        try await WorkerFixture.with { fixture in
            await #expect(throws: WorkerRefusal.self) {
                _ = try await fixture.service.startTurn(.sample(runtimeID: .codex))
            }
            let workspaceExistsNow = try await fixture.service.status(of: .one).workspaceExists
            #expect(workspaceExistsNow == false)
        }
    }

    @Test(arguments: ["../../../etc/x", "a/b", "", "a b", String(repeating: "a", count: 129)])
    func aSessionIdThatIsNoneIsRefused(_ id: String) async throws {
        try await WorkerFixture.with { fixture in
            let session = WorkerSession(
                runtimeID: .claudeCode,
                sessionID: id,
                format: "claude-jsonl",
                transcript: Data()
            )
            await #expect(throws: WorkerRefusal.invalidRequest(code: "invalid_session_state")) {
                _ = try await fixture.service.startTurn(.sample(session: session))
            }
        }
    }

    @Test func aFullWorkerRefusesClearlyAndRecovers() async throws {
        try await WorkerFixture.with(
            .init(play: AgentRuntimeStandIn.endless),
            limits: .init(runningJobs: 1)
        ) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await #expect(throws: WorkerRefusal.atCapacity) {
                _ = try await fixture.service.startTurn(.sample(app: .two))
            }
            let workspaceExistsNow = try await fixture.service.status(of: .two).workspaceExists
            #expect(workspaceExistsNow == false)
            _ = try await fixture.service.cancel(WorkerTurn.sample().scope)
            _ = stream
            let next = try await fixture.service.startTurn(.sample(app: .two))
            _ = try await fixture.service.cancel(WorkerTurn.sample(app: .two).scope)
            _ = next
        }
    }

    @Test func drainingStopsTurnsAndTakesNoMore() async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            await fixture.service.drain()
            let isBusyNow = try await fixture.service.status(of: .one).isBusy
            #expect(isBusyNow == false)
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            await #expect(throws: WorkerRefusal.draining) { _ = try await fixture.service.startTurn(.sample()) }
        }
    }

    @Test func withoutMemoryForOneMoreAgentATurnIsRefused() async throws {
        let hasMemory = Mutex(true)
        let asks = { @Sendable in hasMemory.withLock { $0 } }
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless), hasMemory: asks) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            hasMemory.withLock { $0 = false }
            await #expect(throws: WorkerRefusal.atCapacity) {
                _ = try await fixture.service.startTurn(.sample(app: .two))
            }
            await #expect(throws: WorkerRefusal.busy) { _ = try await fixture.service.startTurn(.sample()) }
            let full = await fixture.service.load()
            #expect(full.running == full.capacity)
            hasMemory.withLock { $0 = true }
            let load = await fixture.service.load()
            #expect(load.running == 1)
            _ = stream
        }
    }

    @Test func drainingLetsTurnsFinishWithinALimit() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let runtime = AgentRuntimeStandIn { _, receive in
            for await _ in gate { break }
            try Task.checkCancellation()
            try await receive(.result(.good))
        }
        try await WorkerFixture.with(runtime) { fixture in
            let finishing = try await fixture.service.startTurn(.sample())
            let drain = Task { await fixture.service.drain(letting: .seconds(600)) }
            try await eventually { await fixture.service.load().isDraining }
            await #expect(throws: WorkerRefusal.draining) {
                _ = try await fixture.service.startTurn(.sample(app: .two))
            }
            await #expect(throws: WorkerRefusal.draining) { try await fixture.service.restore([], of: .two) }
            opening.yield()
            let events = try await finishing.all()
            #expect(events == [.result(.good)])
            await drain.value
        }
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            let stuck = try await fixture.service.startTurn(.sample())
            await fixture.service.drain(letting: .milliseconds(100))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stuck.all() }
        }
    }

    @Test func aSlowReaderHoldsTheAgentBackInsteadOfFillingMemory() async throws {
        let count = 20_000
        let runtime = AgentRuntimeStandIn { _, receive in
            for number in 0..<count { try await receive(.stream(.inputDelta(index: number, "x"))) }
        }
        try await WorkerFixture.with(runtime) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            try await Task.sleep(for: .milliseconds(50))
            var seen = 0
            for try await event in stream {
                #expect(event == .stream(.inputDelta(index: seen, "x")))
                seen += 1
            }
            #expect(seen == count)
        }
    }

    @Test func removingAnAppStopsItsTurnAndLeavesNothing() async throws {
        try await WorkerFixture.with(.init(play: AgentRuntimeStandIn.endless)) { fixture in
            let stream = try await fixture.service.startTurn(.sample())
            try await fixture.service.remove(.one)
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            for folder in ["workspaces", "homes"] {
                let path = fixture.folder.appending(path: folder).path(percentEncoded: false)
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
            }
            let existsNow = try await fixture.service.status(of: .one).exists
            #expect(existsNow == false)
        }
    }
}
