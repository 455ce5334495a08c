import Domain

/// `set_app_metadata`: gives a new app its name and a sentence (spec 03 §6.1, §15).
struct SetAppMetadata: BrokerTool {
    static let name = "set_app_metadata"

    var name: String { Self.name }
    let description = "Sets the name and the one-sentence description of the app. Call it exactly once."

    let input = Schema.object([
        .init(
            name: "name",
            schema: .string(length: 2...80, description: "A title of 2 to 48 characters, no echo of the request.")
        ),
        .init(name: "description", schema: .string(length: 2...300, description: "One sentence.")),
    ])

    func call(_ input: JSONValue, in context: ToolContext) async throws -> ToolAnswer {
        let name = (input["name"]?.string ?? "").collapsingWhitespace()
        let description = (input["description"]?.string ?? "").collapsingWhitespace()
        guard name.count >= 2, description.count >= 2 else {
            return ToolAnswer(text: "The name and the description need at least two visible characters.", isError: true)
        }
        context.capture(name, description)
        return try .json([
            "ok": true, "status": "captured", "name": .string(name), "description": .string(description),
        ])
    }
}
