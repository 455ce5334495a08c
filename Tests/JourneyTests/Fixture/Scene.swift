import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import ScriptedModel
import Testing

/// A conversation of an installation whose slow turn runs, begun at web 0 and watched at web 1.
struct Scene: Sendable {
    static let words = SlowAnswer.words(300)

    /// The first answer crawls for twenty seconds.
    private static let script = Script(turns: Desk.naming + SlowAnswer.once(words, pace: 200, piece: 22))

    let installation: Installation
    let conversation: Conversation
    let author: Visitor
    let viewer: Visitor

    /// Starts the house and the slow turn; the closure is called when the viewer has seen the fortieth word.
    static func play(
        _ name: String,
        busKeepsData: Bool = false,
        wrongClocks: String? = nil,
        signingInAt door: Int = 0,
        then body: @escaping @Sendable (Scene, _ watched: Task<String, any Error>) async throws -> Void
    ) async throws {
        try await ScriptedModelServer.with(self.script, logger: Desk.logger) { _, model in
            try await Installation.with(name, model: model, busKeepsData: busKeepsData, wrongClocks: wrongClocks) {
                installation in
                let person = Visitor(installation.url(door))
                let conversation = try await person.makeApp("Tell me everything")
                let author = Visitor(installation.url(0), cookies: person.cookies)
                let viewer = Visitor(installation.url(1), cookies: author.cookies)
                async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: author)
                _ = try await conversation.wait("a stream", by: viewer) { $0["activeStreamId"]?.string != nil }
                let (watched, seen) = Self.watch(conversation, by: viewer, until: "word40")
                defer { watched.cancel() }
                for await _ in seen {}
                try await body(
                    Scene(installation: installation, conversation: conversation, author: author, viewer: viewer),
                    watched
                )
                _ = await sent
            }
        }
    }

    /// Watches a turn to its end; the sequence ends when the text has been seen, or when it will not be any more.
    static func watch(
        _ conversation: Conversation,
        by viewer: Visitor,
        until mark: String
    ) -> (frames: Task<String, any Error>, seen: AsyncStream<Void>) {
        let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
        // Ends with the stream, which ends with the turn or with the process that serves it.
        let frames = Task {
            defer { continuation.finish() }
            var text = ""
            for try await chunk in try await viewer.watch(conversation.path + "/stream") {
                text += String(buffer: chunk)
                if text.contains(mark) { continuation.finish() }
            }
            return text
        }
        return (frames, seen)
    }

    /// The text of an answer, put together from the frames that a viewer got.
    static func text(of frames: String) -> String {
        frames.components(separatedBy: "\n").compactMap { line in
            guard line.hasPrefix("data: ") else { return nil }
            return Follower.words(in: line.dropFirst(6))
        }.joined()
    }
}
