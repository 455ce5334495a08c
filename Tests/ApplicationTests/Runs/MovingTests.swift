import Application
import Documents
import Domain
import Foundation
import RuntimeProtocols
import TestSupport
import Testing

/// An app that goes to another worker between two turns (spec 05 B46).
@Suite
struct MovingTests {
    @Test(arguments: [1, 3])
    func theTurnIsSentAgainWithTheSavedFiles(moves: Int) async throws {
        try await House.open { house in
            let files = [try SourceFile("dist/index.html", "<p>"), try SourceFile("src/App.tsx", "x")]
            house.worker.edit { $0.files = files }
            house.worker.play(Events.build() + Events.end())
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            #expect(try await house.ended(scope).status == .completed)
            #expect(house.worker.turns.last?.restoresFiles == false)

            house.worker.edit { $0.movesLeft = moves }
            house.worker.play(Events.text("Moved.") + Events.end())
            try await house.send("More", id: "u2", to: scope)
            try await eventually("the second turn was sent") { house.worker.turns.count == 2 }
            #expect(try await house.ended(scope).status == .completed)
            let turn = try #require(house.worker.turns.last)
            #expect(turn.restoresFiles)
            #expect(turn.sourceFiles == files)
        }
    }

    @Test
    func anAppThatKeepsMovingFailsItsTurnWithASentence() async throws {
        try await House.open { house in
            house.worker.edit { $0.movesLeft = 4 }
            let scope = try await house.newRun()
            try await house.send("Hi", id: "u1", to: scope)
            let run = try await house.ended(scope)
            #expect(run.failure?.message == "The builder has moved. Try again.")
            #expect(run.failure?.retryable == true)
            #expect(house.worker.turns.isEmpty)
        }
    }
}
