import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import WorkerAPI

/// What a session is, has and left behind.
@Suite struct SessionRoutesTests {
    @Test func theSessionComesWithItsTranscriptAndTheStatusWithout() async throws {
        try await ServedWorker.with { client, fixture in
            _ = try await fixture.service.startTurn(.sample(session: .claude("s1", "line"))).all()
            #expect(
                try await client.session(.get, "session-file").json["sessionState"]
                    == ["runtimeId": "claude-code", "sessionId": "s1", "format": "claude-jsonl", "data": "line"]
            )
            let status = try await client.session(.get, "status").json
            #expect(status["status"] == "idle")
            #expect(status["restoreNeeded"] == false)
            #expect(status["ttlRemainingMs"] == 900_000)
            #expect(status["sessionState"]?["sessionId"] == "s1")
            #expect(status["sessionState"]?["data"] == nil)
        }
    }

    @Test func filesAreTextOrBase64AndOneThatIsTooLargeIsNamed() async throws {
        try await ServedWorker.with { client, fixture in
            #expect(try await client.session(.get, "files").text == #"{"files":{}}"#)
            try fixture.put("text", at: "a.txt")
            try Data([0, 255]).write(to: fixture.workspace().appending(path: "b.bin"))
            #expect(
                try await client.session(.get, "files").text
                    == #"{"binaryFiles":{"b.bin":"AP8="},"files":{"a.txt":"text"}}"#
            )
            try fixture.put(String(repeating: "x", count: 1_048_577), at: "big.txt")
            let refused = try await client.session(.get, "files")
            #expect(refused.status == .contentTooLarge)
            #expect(refused.text.contains("big.txt has 1048577 bytes"))
        }
    }
}
