import Application
import Documents
import Domain
import Foundation
import TestSupport
import Testing

/// Files that come with a message (spec 02 §5, §16).
@Suite
struct SendingAttachmentsTests {
    @Test
    func attachmentsComeBackToAWorkspaceThatLostThem() async throws {
        try await House.open { house in
            let reference = AttachmentRef(
                id: "a",
                name: "leads.csv",
                path: "attachments/a-leads.csv",
                size: 3,
                contentType: "text/csv"
            )
            try await house.tools.attachments.put(
                reference,
                content: Data("a,b".utf8),
                in: house.appScope,
                at: house.clock.wall.now
            )
            let scope = try await house.newRun()
            let known: JSONValue = ["id": "a", "name": "leads.csv", "path": "attachments/a-leads.csv", "size": 3]
            let unknown: JSONValue = ["id": "b", "name": "b.csv", "path": "attachments/b-b.csv", "size": 3]

            let lost = try House.request("Hi", id: "u1", after: [], attachments: [unknown])
            await #expect(throws: RunRefusal.attachmentUnavailable) {
                try await house.runs.send(lost, to: scope, by: house.author)
            }
            #expect(try await house.run(scope).status == .pending)
            house.worker.edit { $0.isUnreachable = true }
            let request = try House.request("Hi", id: "u1", after: [], attachments: [known, known])
            await #expect(throws: RunRefusal.workerUnavailable) {
                try await house.runs.send(request, to: scope, by: house.author)
            }
            house.worker.edit { $0.isUnreachable = false }
            house.worker.play(Events.text("x") + Events.end())
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            let run = try await house.ended(scope)
            #expect(run.attachments == [reference.withoutType])
            #expect(run.messages.first?.metadata?.attachments?.count == 1)
            #expect(house.worker.edit { $0.stored } == [reference])
            #expect(house.worker.turns.first?.systemPrompt.contains("`attachments/a-leads.csv`") == true)
        }
    }
}

extension AttachmentRef {
    fileprivate var withoutType: Self {
        var copy = self
        copy.contentType = nil
        return copy
    }
}
