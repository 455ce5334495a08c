import Application
import Documents
import Domain
import Foundation
import NIOCore
import RuntimeProtocols
import TestSupport
import Testing

/// Whether what was saved is what was built, and what was built last (spec 02 §8.2, §12.3, B10).
@Suite
struct BuildVerdictTests {
    private static func files(_ source: String = "x") throws -> [SourceFile] {
        [try SourceFile("dist/index.html", "<p>"), try SourceFile("src/App.tsx", source)]
    }

    /// What the build tool answers about these files.
    private static func answer(about files: [SourceFile]) throws -> JSONValue {
        let hash = try #require(SourceRevision.hash(of: files)).rawValue
        return .string(#"{"status":"complete","summary":"s","fileCount":2,"totalBytes":4,"hash":"\#(hash)"}"#)
    }

    private static let buildTool = "mcp__second__done_building"

    // MARK: - Changes beside a build

    /// One message with two calls: both are announced before either runs.
    @Test(arguments: ["Write", "Edit", "MultiEdit", "NotebookEdit"])
    func anEditThatRunsAfterTheBuildAsksForAnother(tool: String) async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.play(
                Events.call("b", Self.buildTool) + Events.call("w", tool) + Events.result("b", Events.built)
                    + Events.result("w") + Events.text("Done.") + Events.end()
            )
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            #expect(try await house.ended(scope).failure?.code == .buildIncomplete)
        }
    }

    @Test
    func anEditThatRanBeforeTheBuildIsInIt() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.play(
                Events.call("w", "Write") + Events.call("b", Self.buildTool) + Events.result("w")
                    + Events.result("b", Events.built) + Events.end()
            )
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            #expect(try await house.ended(scope).status == .completed)
        }
    }

    /// The shell was announced with the build and ran after it.
    @Test(arguments: [("x", true), ("changed", false)])
    func aShellThatRunsAfterTheBuildIsCompared(after: String, isComplete: Bool) async throws {
        try await House.open { house in
            let before = try Self.files()
            let later = try Self.files(after)
            house.worker.edit { $0.files = before }
            house.worker.hold(
                after: Events.call("b", Self.buildTool) + Events.call("s", "Bash") + Events.result("b", Events.built)
            )
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the build is saved") {
                try await house.tools.apps.find(house.appScope)?.draft != nil
            }
            house.worker.edit { $0.files = later }
            house.worker.send(Events.result("s") + Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect((run.status == .completed) == isComplete)
            if !isComplete { #expect(run.failure?.code == .buildIncomplete) }
        }
    }

    @Test
    func aBuildIsRecognisedThoughTheModelHadGoneOn() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.play(
                Events.write("w") + Events.call("b", Self.buildTool) + Events.text("Meanwhile.")
                    + Events.result("b", Events.built) + Events.end()
            )
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            #expect(text.contains(#""output":"Completed""#))
            #expect(try await house.ended(scope).status == .completed)
            #expect(try await house.tools.apps.find(house.appScope)?.draft != nil)
        }
    }

    // MARK: - What is saved

    @Test
    func onlyWhatWasBuiltIsSaved() async throws {
        try await House.open { house in
            let built = try Self.files()
            let changed = try Self.files("changed meanwhile")
            house.worker.edit { $0.files = changed }
            house.worker.play(
                Events.call("b", Self.buildTool) + Events.result("b", try Self.answer(about: built)) + Events.end()
            )
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .buildIncomplete)
            #expect(run.failure?.retryable == true)
            #expect(try await house.tools.apps.find(house.appScope)?.draft == nil)

            house.worker.play(
                Events.call("b", Self.buildTool) + Events.result("b", try Self.answer(about: changed)) + Events.end()
            )
            try await house.talk("Again", id: "u2", to: scope)
            #expect(try await house.ended(scope).status == .completed)
            #expect(try await house.tools.apps.find(house.appScope)?.draft != nil)
        }
    }

    // MARK: - A comparison that fails

    /// The worker cannot be asked any more, or the workspace has grown beyond what may be saved.
    @Test(arguments: [WorkerRefusal.unreachable, .snapshotRefused("too large")])
    func aPlanWaitsWhateverTheFilesAre(refusal: WorkerRefusal) async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.hold(
                after: [.started(sessionID: "s", format: "f")] + Events.call("s", "Bash") + Events.result("s")
            )
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await Self.read(answer.stream, until: "tool-output-available")
            house.worker.edit { $0.filesError = refusal }
            house.worker.send(Events.plan() + Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect(run.status == .completed)
            #expect(run.awaitsDecision == true)
        }
    }

    @Test(arguments: [(WorkerRefusal.unreachable, nil), (.snapshotRefused("big"), RunFailure.Code.buildIncomplete)])
    func aSavedBuildIsNeverFailedAsAWorkerThatBroke(refusal: WorkerRefusal, code: RunFailure.Code?) async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.hold(after: Events.build() + Events.call("s", "Bash"))
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the build is saved") {
                try await house.tools.apps.find(house.appScope)?.draft != nil
            }
            house.worker.edit { $0.filesError = refusal }
            house.worker.send(Events.result("s") + Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect(run.failure?.code == code)
            #expect((run.status == .completed) == (code == nil))
        }
    }

    /// What the shell wrote may be there, and may be lost with the worker.
    @Test
    func whatNobodyCanCompareAndNoBuildHasIsNotComplete() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.hold(
                after: [.started(sessionID: "s", format: "f")] + Events.call("s", "Bash") + Events.result("s")
            )
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            try await Self.read(answer.stream, until: "tool-output-available")
            house.worker.edit { $0.filesError = .unreachable }
            house.worker.send(Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .workerStreamFailed)
            #expect(run.failure?.retryable == true)
        }
    }

    // MARK: - A broken stream

    /// The worker's stream ends well in the middle of a tool's input.
    @Test
    func anEndInsideAnInputFailsTheTurnAndKeepsWhatParses() async throws {
        try await House.open { house in
            house.worker.play(
                Events.text("Half") + [
                    .stream(.blockStart(index: 1, .toolUse(id: "w", name: "Write"))),
                    .stream(.inputDelta(index: 1, #"{"file_path":"a","content":"#)),
                ]
            )
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .workerStreamFailed)
            #expect(run.failure?.phase == .workerStream)
            #expect(run.failure?.retryable == true)
            #expect(text.contains("tool-input-error"))
            #expect(text.contains(#""type":"error""#))
            #expect(text.hasSuffix("data: [DONE]\n\n"))
            guard case .tool(let call) = run.messages.last?.parts.last else {
                Issue.record("the call is not kept")
                return
            }
            #expect(call.state == .outputError)
            #expect(call.input == ["file_path": "a"])
            #expect(run.messages.last?.text == "Half")
        }
    }

    private static func read(_ stream: RunStream, until text: String) async throws {
        var reader = stream.makeAsyncIterator()
        var seen = ""
        while !seen.contains(text), let buffer = try await reader.next() { seen += String(buffer: buffer) }
    }
}
