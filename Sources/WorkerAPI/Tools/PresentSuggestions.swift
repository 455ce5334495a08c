import Domain

/// `present_suggestions`: offers two to six ideas to pick from and waits (spec 03 §6.1).
struct PresentSuggestions: BrokerTool {
    static let name = "present_suggestions"

    var name: String { Self.name }
    let description = """
        Shows the person two to six ideas of what to build and ends your turn until they pick one. Call it when they ask \
        for ideas or do not know yet what they want.
        """

    let input = Schema.object([
        .init(
            name: "suggestions",
            schema: .array(
                of: .object([
                    .init(name: "emoji", schema: .string(length: 0...40, description: "One emoji.")),
                    .init(name: "title", schema: .string(length: 0...80, description: "A few words.")),
                    .init(name: "subtitle", schema: .string(length: 0...220, description: "One sentence.")),
                ]),
                count: 2...6
            )
        )
    ])

    func call(_ input: JSONValue, in context: ToolContext) async throws -> ToolAnswer {
        let suggestions = (input["suggestions"]?.array ?? []).compactMap(Self.clean)
        guard suggestions.count >= 2 else {
            return try .json(
                [
                    "ok": false, "status": "invalid", "suggestions": .array(suggestions),
                    "message": "Nothing is shown: at least two suggestions need a title and a subtitle.",
                ],
                isError: true
            )
        }
        return try .json([
            "ok": true, "status": "presented", "suggestions": .array(suggestions),
            "message": "The suggestions are shown. Wait for the person's choice.",
        ])
    }

    private static func clean(_ suggestion: JSONValue) -> JSONValue? {
        let title = (suggestion["title"]?.string ?? "").trimmingWhitespace()
        let subtitle = (suggestion["subtitle"]?.string ?? "").trimmingWhitespace()
        guard !title.isEmpty, !subtitle.isEmpty else { return nil }
        return [
            "emoji": .string(SuggestionIcon.emoji(for: suggestion["emoji"]?.string ?? "")),
            "title": .string(title),
            "subtitle": .string(subtitle),
        ]
    }
}
