import AsyncHTTPClient
import Domain
import NIOCore
import ScriptedModel
import Testing

/// A turn whose answer takes minutes, begun and watched by one person, under which the server is told to stop.
struct SlowTurn {
    static let script = Script(
        turns: Desk.naming + [
            .init(
                "slow",
                when: .init(says: ["tell me"]),
                answer: .init([.text(SlowAnswer.words(4000))], pace: 100, piece: 20)
            )
        ]
    )

    let conversation: Conversation
    private var chunks: HTTPClientResponse.Body.AsyncIterator
    private var seen = ""

    private init(_ conversation: Conversation, _ viewer: HTTPClientResponse.Body) {
        self.conversation = conversation
        self.chunks = viewer.makeAsyncIterator()
    }

    /// Begins the turn; the closure is called when its viewer has seen some words, and tells the server to stop.
    ///
    /// Then everybody is told how the turn ended, and that nothing more comes.
    static func play<Result>(by person: Visitor, _ stop: (inout SlowTurn) async throws -> Result) async throws -> Result
    {
        let conversation = try await person.makeApp("Tell me everything")
        async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: person)
        _ = try await conversation.wait("a stream", by: person) { $0["activeStreamId"]?.string != nil }
        var turn = SlowTurn(conversation, try await person.watch(conversation.path + "/stream"))
        try await turn.see("word3")
        let result = try await stop(&turn)
        while try await turn.seeMore() {}
        #expect(turn.seen.contains("The server was stopped while the builder worked"), "\(turn.seen.suffix(500))")
        #expect(turn.seen.hasSuffix("data: [DONE]\n\n"), "\(turn.seen.suffix(200))")
        #expect(await sent?.text.hasSuffix("data: [DONE]\n\n") == true)
        return result
    }

    /// Watches until the text has been seen.
    mutating func see(_ mark: String) async throws {
        while !self.seen.contains(mark) {
            guard try await self.seeMore() else {
                throw JourneyFailure(description: "The stream ended before \(mark): \(self.seen.suffix(500))")
            }
        }
    }

    private mutating func seeMore() async throws -> Bool {
        guard let chunk = try await self.chunks.next() else { return false }
        self.seen += String(buffer: chunk)
        return true
    }
}
