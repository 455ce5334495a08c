import Application
import Domain
import RuntimeProtocols

/// `done_building`: builds the app and answers what the build says (spec 03 §4.4).
struct DoneBuilding: BrokerTool {
    static let name = "done_building"

    var name: String { Self.name }
    let description = """
        Checks, type-checks and builds the app, and saves it when all is well. Call it when the app is finished. Only an \
        answer with "status":"complete" means success; any other answer lists what to mend before you call it again.
        """

    let input = Schema.object([
        .init(
            name: "summary",
            schema: .string(length: 1...4000, description: "What was built or changed, in a few sentences.")
        )
    ])

    let building: any AppBuilding

    func call(_ input: JSONValue, in context: ToolContext) async throws -> ToolAnswer {
        let progress: @Sendable (String) -> Void = { line in
            guard let id = context.toolUseID else { return }
            context.emit(.toolOutput(toolUseID: id, delta: line + "\n", output: nil))
        }
        let answer = try await self.building.build(
            context.workspace,
            of: context.appID,
            summary: input["summary"]?.string ?? "",
            progress: progress
        )
        return ToolAnswer(text: answer.text, isError: !answer.isComplete)
    }
}
