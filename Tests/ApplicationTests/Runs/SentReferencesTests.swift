import Application
import Documents
import Domain
import Foundation
import RuntimeProtocols
import TestSupport
import Testing

/// References of a client are held to the limits of an upload (spec 02 §5.2, §16).
@Suite
struct SentReferencesTests {
    private static func parsed(_ change: [String: JSONValue]) throws -> [AttachmentRef] {
        let usual: [String: JSONValue] = [
            "id": "a", "name": "a.csv", "path": "attachments/a-a.csv", "size": 1, "contentType": "text/csv",
        ]
        let body: JSONValue = ["messages": [], "attachments": [.object(usual.merging(change) { _, new in new })]]
        return try ChatRequest(parsing: body.encoded()).attachments
    }

    private static func text(_ length: Int) -> JSONValue { .string(String(repeating: "x", count: length)) }

    @Test
    func theLongestReferenceIsTaken() throws {
        #expect(try Self.parsed(["id": Self.text(64)]).count == 1)
        #expect(try Self.parsed(["name": Self.text(120)]).count == 1)
        #expect(try Self.parsed(["size": .integer(Int64(AttachmentRules.maximumFileBytes))]).count == 1)
        #expect(try Self.parsed(["contentType": Self.text(255)]).first?.contentType?.utf8.count == 255)
        #expect(try Self.parsed([:]).first?.contentType == "text/csv")
    }

    @Test
    func aLongerOneIsDropped() throws {
        #expect(try Self.parsed(["id": Self.text(65)]).isEmpty)
        #expect(try Self.parsed(["name": Self.text(121)]).isEmpty)
        #expect(try Self.parsed(["name": Self.text(3_500_000)]).isEmpty)
        #expect(try Self.parsed(["name": .string(String(repeating: "é", count: 61))]).isEmpty)
        #expect(try Self.parsed(["path": .string("attachments/" + String(repeating: "x", count: 240))]).isEmpty)
        #expect(try Self.parsed(["size": .integer(Int64(AttachmentRules.maximumFileBytes) + 1)]).isEmpty)
    }

    @Test(arguments: [Self.text(256), "", "text/\u{0}", "text/\n", "tëxt/csv"])
    func aContentTypeThatIsNoneIsLeftOut(type: JSONValue) throws {
        let kept = try Self.parsed(["contentType": type])
        #expect(kept.count == 1)
        #expect(kept.first?.contentType == nil)
    }

    @Test
    func anUploadsContentTypeIsHeldToTheSameLimit() {
        func type(_ length: Int) -> String? {
            let sent = String(repeating: "x", count: length)
            return AttachmentService.Upload(id: "a", name: "a", contentType: sent, bytes: Data()).reference.contentType
        }
        #expect(type(255)?.utf8.count == 255)
        #expect(type(256) == nil)
    }

    @Test(arguments: [(128, true), (129, false)])
    func aDecisionNamesACallByAShortID(length: Int, isRead: Bool) throws {
        let call = String(repeating: "c", count: length)
        let request = try House.request("Yes", id: "u1", after: [], decision: (call: call, verdict: "approved"))
        #expect((request.messages.last?.decision?.toolCallID == call) == isRead)
    }

    @Test
    func aRunRemembersItsNewestAttachmentsOnly() async throws {
        try await House.open { house in
            let scope = try await house.newRun()
            for number in 0..<20 {
                let earlier = (0..<10).map { index -> AttachmentRef in
                    let id = "e\(number * 10 + index)"
                    return AttachmentRef(id: id, name: id, path: "attachments/\(id)-x", size: 1, contentType: nil)
                }
                _ = try await house.tools.runs.addAttachments(
                    earlier,
                    to: scope,
                    pending: false,
                    at: house.clock.wall.now
                )
            }
            let known = Set((0..<200).map { "attachments/e\($0)-x" } + ["attachments/n-n"])
            house.worker.edit { $0.attachments = known }
            house.worker.play(Events.text("x") + Events.end())
            let reference: JSONValue = ["id": "n", "name": "n", "path": "attachments/n-n", "size": 1]
            let request = try House.request("Hi", id: "u1", after: [], attachments: [reference])
            _ = try await House.read(try await house.runs.send(request, to: scope, by: house.author).stream)
            let kept = try await house.ended(scope).attachments.map(\.id)
            #expect(kept.count == 200)
            #expect(kept.first == "e1")
            #expect(kept.last == "n")
        }
    }
}
