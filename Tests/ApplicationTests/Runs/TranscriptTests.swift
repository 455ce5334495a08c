import Application
import Documents
import Domain
import Foundation
import RuntimeProtocols
import Testing

/// What is kept of a coding agent's own session (spec 02 B7, B21).
@Suite
struct TranscriptTests {
    private static func session(_ transcript: Data) -> WorkerSession {
        WorkerSession(runtimeID: .claudeCode, sessionID: "s1", format: "claude-jsonl", transcript: transcript)
    }

    @Test
    func onlyTheTranscriptOfTheLastTurnIsKept() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            var transcript = Data(repeating: 97, count: BlobRepository.partBytes + 100)
            for number in 1...3 {
                transcript += Data("\nturn \(number)".utf8)
                let grown = transcript
                house.worker.edit { $0.session = Self.session(grown) }
                house.worker.play(Events.text("answer \(number)") + Events.end())
                try await house.talk("message \(number)", id: "u\(number)", to: scope)
                _ = try await house.ended(scope)
            }
            let kept = try #require(try await house.run(scope).runtimeSessionStates?["claude-code"]?.dataHash)
            #expect(try await house.tools.blobs.get(kept, of: .session(.claudeCode, scope)) == transcript)
            let documents = try await house.store.count(where: .ofApp(house.appScope), in: Collections.blobs)
            #expect(documents == 3, "one transcript in two parts")
        }
    }

    @Test
    func aTranscriptGoesWithItsWorkspaceToAnotherWorker() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.edit { $0.session = Self.session(Data("t".utf8)) }
            house.worker.play(Events.text("one") + Events.end())
            try await house.talk("first", id: "u1", to: scope)
            _ = try await house.ended(scope)
            house.worker.edit { $0.hasFiles = false }
            house.worker.play(Events.text("two") + Events.end())
            try await house.talk("second", id: "u2", to: scope)
            _ = try await house.ended(scope)
            #expect(house.worker.turns.last?.session?.transcript == Data("t".utf8))
        }
    }
}
