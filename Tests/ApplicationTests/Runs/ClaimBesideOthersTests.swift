import Application
import Documents
import Domain
import RuntimeProtocols
import TestSupport
import Testing

/// What others do to a run at the moment of its claim (spec 02 §4, T1, T8).
@Suite
struct ClaimBesideOthersTests {
    private static func claims(_ update: Update) -> Bool {
        update.operations.contains { operation in
            guard case .set("streamLease", _) = operation else { return false }
            return true
        }
    }

    /// Another tab uploads a file between the reading of the run and its claim.
    @Test
    func anUploadOfAnotherTabRefusesNoMessage() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let path = "attachments/late-late.csv"
            house.worker.edit { _ = $0.attachments.insert(path) }
            let upload = AttachmentRef(id: "late", name: "late.csv", path: path, size: 1, contentType: nil)
            let isFirst = Once()
            house.clock.advance(by: .seconds(1))
            house.store.beforeUpdates { update in
                guard Self.claims(update), isFirst.take() else { return }
                let run = try await house.tools.runs.addAttachments(
                    [upload],
                    to: scope,
                    pending: true,
                    at: house.clock.wall.now
                )
                #expect(run != nil)
            }
            house.worker.play(Events.text("Hello") + Events.end())
            let answer = try await house.send("Hi", id: "u1", to: scope)
            #expect(answer.headers.isEmpty)
            _ = try await House.read(answer.stream)
            let run = try await house.ended(scope)
            #expect(run.status == .completed)
            // The file goes with the message that found it waiting.
            #expect(run.messages.first?.metadata?.attachments?.map(\.id) == ["late"])
            #expect(run.attachments.map(\.id) == ["late"])
            #expect(run.pendingAttachments.isEmpty)
            #expect(house.worker.turns.count == 1)
        }
    }

    /// Its window shows the message again and sends it again; nobody drives the turn any more.
    @Test
    func theSameMessageToADeadRunRecoversIt() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            let message = UIMessage(id: "u1", role: .user, parts: [.text(.init(text: "Hi"))])
            let lease = StreamLease(id: "l", startedAt: house.clock.wall.now, owner: "gone")
            _ = try await house.tools.runs.claim(
                scope,
                as: try await house.run(scope),
                lease: lease,
                writing: [message],
                attachments: [],
                isRerun: false,
                at: house.clock.wall.now
            )
            let remount = try House.request("Hi", id: "u1", after: [])
            let early = try await house.runs.send(remount, to: scope, by: house.author)
            #expect(early.chatHeader("claim-result") == "already_streaming")
            #expect(early.chatHeader("error-code") == nil)

            house.clock.advance(by: .seconds(120))
            let late = try await house.runs.send(remount, to: scope, by: house.author)
            #expect(late.chatHeader("claim-result") == "stale_stream_recovered")
            #expect(late.chatHeader("error-code") == "stale_stream_recovered")
            #expect(late.chatHeader("retryable") == "true")
            let run = try await house.run(scope)
            #expect(run.failure?.phase == .claim)
            #expect(run.messages == [message])
        }
    }
}
