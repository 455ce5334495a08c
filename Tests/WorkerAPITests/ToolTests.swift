import Domain
import Foundation
import Testing

@testable import WorkerAPI

@Suite struct ToolTests {
    let context = ToolContext(appID: .one, runID: .one, workspace: URL(filePath: "/nowhere"))

    func suggestions(_ items: [(String, String, String)]) -> JSONValue {
        [
            "suggestions": .array(
                items.map { ["emoji": .string($0.0), "title": .string($0.1), "subtitle": .string($0.2)] }
            )
        ]
    }

    func payload(_ answer: ToolAnswer) throws -> JSONValue {
        try JSONValue(parsing: Data(answer.text.utf8))
    }

    @Test(arguments: [
        ("🚀", "🚀"), ("rocket", "🚀"), ("Bar-Chart", "📊"), ("shopping_cart", "🛒"), ("💼 work", "💼"), ("", "✨"),
        ("<script>", "✨"), ("7", "✨"), ("#", "✨"), ("❤️", "❤️"), ("👩‍👩‍👧", "👩‍👩‍👧"),
    ])
    func anIconBecomesOneEmoji(_ given: String, _ shown: String) {
        #expect(SuggestionIcon.emoji(for: given) == shown)
    }

    @Test func suggestionsAreTrimmedAndEmptyOnesDropped() async throws {
        let answer = try await PresentSuggestions().call(
            self.suggestions([
                ("rocket", "  One ", " First. "), ("x", " ", "gone"), ("y", "Two", "Second."), ("z", "gone", ""),
            ]),
            in: self.context
        )
        let payload = try self.payload(answer)
        #expect(payload["status"] == "presented")
        #expect(
            payload["suggestions"]
                == self.suggestions([("🚀", "One", "First."), ("✨", "Two", "Second.")])["suggestions"]
        )
        #expect(!answer.isError)
    }

    @Test func oneSuggestionIsNoChoice() async throws {
        let answer = try await PresentSuggestions().call(
            self.suggestions([("x", "One", "First."), ("y", "", "")]),
            in: self.context
        )
        #expect(try self.payload(answer)["ok"] == false)
        #expect(try self.payload(answer)["status"] == "invalid")
        #expect(answer.isError)
    }

    @Test(arguments: [(1, false), (2, true), (6, true), (7, false)])
    func thereAreTwoToSixSuggestions(_ count: Int, _ isValid: Bool) {
        let input = self.suggestions(Array(repeating: ("x", "T", "S"), count: count))
        #expect(PresentSuggestions().input.problems(in: input).isEmpty == isValid)
    }

    @Test(arguments: [(80, 220, true), (81, 220, false), (80, 221, false)])
    func titlesAndSubtitlesHaveLimits(_ title: Int, _ subtitle: Int, _ isValid: Bool) {
        let one = ("x", String(repeating: "é", count: title), String(repeating: "s", count: subtitle))
        #expect(PresentSuggestions().input.problems(in: self.suggestions([one, one])).isEmpty == isValid)
    }

    @Test(arguments: [(1, 2, false), (2, 1, false), (2, 2, true), (80, 300, true), (81, 300, false), (80, 301, false)])
    func namesAndDescriptionsHaveLimits(_ name: Int, _ description: Int, _ isValid: Bool) {
        let input: JSONValue = [
            "name": .string(String(repeating: "n", count: name)),
            "description": .string(String(repeating: "d", count: description)),
        ]
        #expect(SetAppMetadata().input.problems(in: input).isEmpty == isValid)
    }

    @Test func aSchemaSaysWhatItEnforces() {
        let schema = PresentPlan().input.json
        #expect(schema["additionalProperties"] == false)
        #expect(schema["required"] == ["title", "overview", "features", "dataFlow"])
        #expect(schema["properties"]?["agents"]?["type"] == ["string", "null"])
        #expect(schema["properties"]?["features"]?["items"]?["required"] == ["name", "description"])
        #expect(schema["properties"]?["features"]?["minItems"] == 1)
    }
}
