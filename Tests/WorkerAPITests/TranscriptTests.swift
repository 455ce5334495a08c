import Application
import Domain
import Foundation
import RuntimeProtocols
import TestSupport
import Testing

@testable import WorkerAPI

@Suite struct TranscriptTests {
    @Test(arguments: [
        ("/home/ada/app", "-home-ada-app"), ("/a.b_c d", "-a-b-c-d"), ("/é€🚀", "-----"),
        ("/" + String(repeating: "a", count: 199), "-" + String(repeating: "a", count: 199)),
    ])
    func aFolderIsNamedAfterTheWorkingDirectory(_ path: String, _ name: String) {
        #expect(ClaudeTranscripts.folderName(for: path) == name)
    }

    /// The expected ending was computed with the rule's own arithmetic in another language.
    @Test func aLongNameEndsInAHash() {
        let name = ClaudeTranscripts.folderName(for: "/" + String(repeating: "a", count: 200))
        #expect(name == "-" + String(repeating: "a", count: 199) + "-b6ymvl")
    }

    func file(_ fixture: WorkerFixture) -> URL {
        let path = fixture.workspace().path(percentEncoded: false).dropLast()
        return fixture.folder
            .appending(
                path: "homes/\(App.ID.one)/.claude/projects/\(ClaudeTranscripts.folderName(for: String(path)))/s1.jsonl"
            )
    }

    @Test func aStoredTranscriptIsRestoredWhereTheAgentLooks() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample(session: .claude("s1", "stored"))).all()
            #expect(try String(contentsOf: self.file(fixture), encoding: .utf8) == "stored")
            #expect(try await fixture.service.session(of: .one)?.transcript == Data("stored".utf8))
        }
    }

    @Test func aNewerTranscriptOfTheLiveSessionIsKept() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample(session: .claude("s1", "stored"))).all()
            try Data("newer".utf8).write(to: self.file(fixture))
            _ = try await fixture.service.startTurn(.sample(session: .claude("s1", "stored"))).all()
            #expect(try String(contentsOf: self.file(fixture), encoding: .utf8) == "newer")
            fixture.uptime.advance(by: .seconds(900))
            _ = try await fixture.service.startTurn(.sample(session: .claude("s1", "stored"))).all()
            #expect(try String(contentsOf: self.file(fixture), encoding: .utf8) == "stored")
        }
    }

    @Test func aTranscriptIsFoundInAnyProjectFolder() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let folder = fixture.folder.appending(path: "homes/\(App.ID.one)/.claude/projects/-workspace")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("theirs".utf8).write(to: folder.appending(path: "session-1.jsonl"))
            #expect(try await fixture.service.session(of: .one)?.transcript == Data("theirs".utf8))
        }
    }

    @Test func aLinkInPlaceOfATranscriptIsNotRead() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let folder = fixture.folder.appending(path: "homes/\(App.ID.one)/.claude/projects/-workspace")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let secret = fixture.folder.appending(path: "secret")
            try Data("secret".utf8).write(to: secret)
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "session-1.jsonl"),
                withDestinationURL: secret
            )
            #expect(try await fixture.service.session(of: .one)?.transcript == nil)
        }
    }

    @Test func aSessionOfAnotherRuntimeIsNotContinued() async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await WorkerFixture.with(runtime) { fixture in
            let other = WorkerSession(runtimeID: .codex, sessionID: "s1", format: "codex-cli-session", transcript: nil)
            _ = try await fixture.service.startTurn(.sample(session: other)).all()
            #expect(runtime.requests.first?.resume == nil)
            #expect(try await fixture.service.session(of: .two) == nil)
        }
    }
}
