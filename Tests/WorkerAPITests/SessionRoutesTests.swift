import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import WorkerAPI

/// What a session is, has and left behind.
@Suite struct SessionRoutesTests {
    @Test func theSessionComesWithItsTranscriptAndTheStatusWithout() async throws {
        try await ServedWorker.with { client, fixture in
            let session = WorkerSession(
                runtimeID: .claudeCode,
                sessionID: "s1",
                format: "claude-jsonl",
                transcript: Data("line".utf8)
            )
            _ = try await fixture.service.startTurn(.sample(session: session)).all()
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/session-file",
                method: .get,
                headers: ServedWorker.authorized
            ) { response in
                let json = try JSONValue(parsing: Data(response.body.readableBytesView))
                #expect(
                    json["sessionState"]
                        == ["runtimeId": "claude-code", "sessionId": "s1", "format": "claude-jsonl", "data": "line"]
                )
            }
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/status",
                method: .get,
                headers: ServedWorker.authorized
            ) { response in
                let json = try JSONValue(parsing: Data(response.body.readableBytesView))
                #expect(json["status"] == "idle")
                #expect(json["restoreNeeded"] == false)
                #expect(json["ttlRemainingMs"] == 900_000)
                #expect(json["sessionState"]?["sessionId"] == "s1")
                #expect(json["sessionState"]?["data"] == nil)
            }
        }
    }

    @Test func filesAreTextOrBase64AndOneThatIsTooLargeIsNamed() async throws {
        try await ServedWorker.with { client, fixture in
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/files",
                method: .get,
                headers: ServedWorker.authorized
            ) {
                #expect(String(buffer: $0.body) == #"{"files":{}}"#)
            }
            try fixture.put("text", at: "a.txt")
            try Data([0, 255]).write(to: fixture.workspace().appending(path: "b.bin"))
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/files",
                method: .get,
                headers: ServedWorker.authorized
            ) {
                #expect(String(buffer: $0.body) == #"{"binaryFiles":{"b.bin":"AP8="},"files":{"a.txt":"text"}}"#)
            }
            try fixture.put(String(repeating: "x", count: 1_048_577), at: "big.txt")
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/files",
                method: .get,
                headers: ServedWorker.authorized
            ) {
                #expect($0.status == .contentTooLarge)
                #expect(String(buffer: $0.body).contains("big.txt has 1048577 bytes"))
            }
        }
    }
}
