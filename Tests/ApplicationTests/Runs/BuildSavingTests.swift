import Application
import Documents
import Domain
import Foundation
import NIOCore
import RuntimeProtocols
import TestSupport
import Testing

/// What a successful build leaves, and what counts as one (spec 02 §12.3, §13, B3, B10).
@Suite
struct BuildSavingTests {
    private static func files(_ text: String = "x") throws -> [SourceFile] {
        [try SourceFile("dist/index.html", "<p>"), try SourceFile("src/App.tsx", text)]
    }

    @Test
    func theDraftIsThereWhileTheTurnStillTalks() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.hold(after: Events.write("w") + Events.build())
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            try await eventually("the draft is saved") { try await house.tools.apps.find(house.appScope)?.draft != nil }
            #expect(try await house.run(scope).status == .streaming)
            let draft = try #require(try await house.tools.apps.find(house.appScope)?.draft)
            let revision = try #require(try await house.tools.revisions.find(draft.revisionID, of: house.appScope))
            #expect(revision.summary == "A list")
            #expect(revision.runID == scope.runID)
            #expect(revision.artifactHash != nil)
            #expect(try await house.tools.revisions.files(of: revision) == files)
            house.worker.send(Events.text("Done.") + Events.end())
            house.worker.finish()
            #expect(try await house.ended(scope).status == .completed)
        }
    }

    @Test
    func anEditAfterTheBuildAsksForAnother() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.play(Events.build() + Events.write("w") + Events.end())
            let scope = try await house.newRun()
            let text = try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .buildIncomplete)
            #expect(run.failure?.retryable == true)
            #expect(text.contains("\"type\":\"error\""))
            #expect(try await house.tools.apps.find(house.appScope)?.draft != nil)
        }
    }

    @Test(arguments: [("x", true), ("changed", false)])
    func changesOfTheShellAreFoundByComparing(after: String, isComplete: Bool) async throws {
        try await House.open { house in
            let before = try Self.files()
            let later = try Self.files(after)
            house.worker.edit { $0.files = before }
            house.worker.hold(
                after: [.started(sessionID: "s", format: "f")] + Events.call("b", "Bash", #"{"command":"ls"}"#)
            )
            let scope = try await house.newRun()
            let answer = try await house.send("Hi", id: "u1", to: scope)
            var reader = answer.stream.makeAsyncIterator()
            var seen = ""
            while !seen.contains("tool-input-available"), let buffer = try await reader.next() {
                seen += String(buffer: buffer)
            }
            house.worker.edit { $0.files = later }
            house.worker.send(Events.result("b") + Events.end())
            house.worker.finish()
            let run = try await house.ended(scope)
            #expect((run.status == .completed) == isComplete)
            if !isComplete { #expect(run.failure?.code == .buildIncomplete) }
        }
    }

    @Test
    func aBuildThatCannotBeSavedFailsTheRunAndNamesTheFile() async throws {
        try await House.open { house in
            let large = try SourceFile("dist/big.js", String(repeating: "x", count: SnapshotRules.maximumFileBytes + 1))
            let files = try Self.files() + [large]
            house.worker.edit { $0.files = files }
            house.worker.play(Events.text("ok") + Events.build() + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.failure?.code == .persistenceFailed)
            #expect(run.failure?.phase == .persistence)
            #expect(run.failure?.message.contains("dist/big.js") == true)
            #expect(try await house.tools.apps.find(house.appScope)?.draft == nil)
            #expect(run.messages.last?.text == "ok")
        }
    }

    @Test
    func theLargestFileIsSaved() async throws {
        try await House.open { house in
            let whole = try SourceFile("dist/big.js", String(repeating: "x", count: SnapshotRules.maximumFileBytes))
            let files = try Self.files() + [whole]
            house.worker.edit { $0.files = files }
            house.worker.play(Events.build() + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            #expect(try await house.ended(scope).status == .completed)
        }
    }

    @Test
    func anEmptyWorkspaceGetsTheDraftBack() async throws {
        try await House.open { house in
            let files = try Self.files()
            house.worker.edit { $0.files = files }
            house.worker.play(Events.build() + Events.end())
            let scope = try await house.newRun()
            try await house.talk("Hi", id: "u1", to: scope)
            _ = try await house.ended(scope)
            house.worker.edit { $0.hasFiles = false }
            house.worker.play(Events.text("x") + Events.end())
            try await house.talk("More", id: "u2", to: scope)
            _ = try await house.ended(scope)
            #expect(house.worker.turns[0].sourceFiles == nil)
            #expect(house.worker.turns[1].sourceFiles == files)
        }
    }
}
