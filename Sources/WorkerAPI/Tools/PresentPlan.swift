import Domain

/// `present_plan`: shows a plan and waits for a person (spec 03 §6.1).
struct PresentPlan: BrokerTool {
    static let name = "present_plan"

    var name: String { Self.name }
    let description = """
        Shows the person a plan of the app and ends your turn until they approve it or ask for changes. Call it before \
        you write any file of a new app or of a large change, and do not repeat the plan as text.
        """

    let input = Schema.object([
        .init(
            name: "title",
            schema: .string(length: 1...200, description: "The app's name or the change, as a title.")
        ),
        .init(
            name: "overview",
            schema: .string(length: 1...4000, description: "Two or three sentences: what it is and for whom.")
        ),
        .init(
            name: "features",
            schema: .array(
                of: .object([
                    .init(name: "name", schema: .string(length: 1...200)),
                    .init(name: "description", schema: .string(length: 1...2000)),
                    .init(
                        name: "emoji",
                        schema: .string(length: 0...32, description: "One emoji that fits the feature."),
                        isRequired: false
                    ),
                ]),
                count: 1...40,
                description: "What the app will do, the most important first."
            )
        ),
        .init(
            name: "dataFlow",
            schema: .string(length: 1...4000, description: "Where data comes from, where it goes, what is sample data.")
        ),
        .init(
            name: "agents",
            schema: .nullable(
                .string(length: 0...4000, description: "What agents will do inside the app; null when there are none.")
            ),
            isRequired: false
        ),
        .init(
            name: "backend",
            schema: .nullable(
                .string(length: 0...4000, description: "Which outside services are needed; null when none is.")
            ),
            isRequired: false
        ),
    ])

    func call(_ input: JSONValue, in context: ToolContext) async throws -> ToolAnswer {
        try .json([
            "ok": true,
            "status": "presented",
            "title": input["title"] ?? "",
            "overview": input["overview"] ?? "",
            "features": input["features"] ?? [],
            "dataFlow": input["dataFlow"] ?? "",
            "agents": input["agents"] ?? nil,
            "backend": input["backend"] ?? nil,
            "message": "The plan is shown. Wait for the person's decision.",
        ])
    }
}
