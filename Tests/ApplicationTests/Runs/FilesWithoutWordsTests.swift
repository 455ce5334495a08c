import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

/// A message may be nothing but files; the builder is told which (spec 02 §5, §16).
@Suite
struct FilesWithoutWordsTests {
    private static let reference = AttachmentRef(
        id: "a",
        name: "leads.csv",
        path: "attachments/a-leads.csv",
        size: 3,
        contentType: "text/csv"
    )

    @Test(arguments: ["", " \n"])
    func theBuilderIsToldWhichFilesCame(words: String) async throws {
        try await House.open { house in
            let path = Self.reference.path
            house.worker.edit { _ = $0.attachments.insert(path) }
            house.worker.play(Events.text("A list.") + Events.end())
            let scope = try await house.newRun()
            let request = try House.request(
                words,
                id: "u1",
                after: [],
                attachments: [["id": "a", "name": "leads.csv", "path": .string(path), "size": 3]]
            )
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            _ = try await house.ended(scope)
            let prompt = try #require(house.worker.turns.first?.prompt)
            #expect(prompt.contains("- attachments/a-leads.csv"))

            // A fresh native session hears of them too.
            house.worker.play(Events.text("Well.") + Events.end())
            try await house.talk("More", id: "u2", to: scope)
            let next = try #require(house.worker.turns.last?.prompt)
            #expect(next.contains("- attachments/a-leads.csv"))
            #expect(next.hasSuffix("More"))
        }
    }

    @Test
    func wordsThatCameWithFilesStayAsTheyAre() {
        let message = UIMessage(
            id: "u1",
            role: .user,
            parts: [.text(.init(text: "Use this"))],
            metadata: .init(attachments: [Self.reference])
        )
        let prompt = HandOff.prompt(for: [message], covered: 0, appName: "Leads", settings: .standard)
        #expect(prompt == "Use this")
    }
}
