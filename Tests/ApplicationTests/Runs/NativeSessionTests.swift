import Application
import Domain
import Foundation
import RuntimeProtocols
import TestSupport
import Testing

/// What a turn gets of the runtime's own session, and what it gets instead (spec 02 §10).
@Suite
struct NativeSessionTests {
    @Test
    func aRerunDiscardsLaterTurnsAndTheirSessions() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.edit { $0.session = .claude() }
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
            #expect(refused.chatHeader("claim-result") == "stale_input")
        }
    }

    @Test
    func aLostNativeSessionIsReplacedByAHandOff() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            house.worker.edit { $0.session = .claude() }
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
}
