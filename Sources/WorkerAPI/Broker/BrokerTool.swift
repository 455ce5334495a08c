package import Domain
package import Foundation
package import RuntimeProtocols

/// A tool that an agent may call through the broker (spec 03 §5, §6).
///
/// Its input is checked before it is called.
protocol BrokerTool: Sendable {
    var name: String { get }
    var description: String { get }
    var input: Schema { get }

    func call(_ input: JSONValue, in context: ToolContext) async throws -> ToolAnswer
}

/// What a tool tells the model.
struct ToolAnswer: Sendable, Equatable {
    var text: String
    var isError = false

    /// A JSON document as text, with sorted keys.
    static func json(_ value: JSONValue, isError: Bool = false) throws -> Self {
        Self(text: String(decoding: try value.encoded(), as: UTF8.self), isError: isError)
    }

    /// MCP's `CallToolResult`.
    var result: JSONValue {
        var result: [String: JSONValue] = ["content": [["type": "text", "text": .string(self.text)]]]
        if self.isError { result["isError"] = true }
        return .object(result)
    }
}

/// The turn that a tool is called in; everything about it comes from us, nothing from the caller.
package struct ToolContext: Sendable {
    package var appID: App.ID
    package var runID: Run.ID?
    package var workspace: URL
    /// Shows something in the running turn, such as a build's progress.
    package var emit: @Sendable (RuntimeEvent) -> Void
    /// Takes the name and description of `set_app_metadata`.
    package var capture: @Sendable (_ name: String, _ description: String) -> Void
    /// The agent's id of this call, when it says one.
    package var toolUseID: String?

    package init(
        appID: App.ID,
        runID: Run.ID?,
        workspace: URL,
        emit: @escaping @Sendable (RuntimeEvent) -> Void = { _ in },
        capture: @escaping @Sendable (_ name: String, _ description: String) -> Void = { _, _ in }
    ) {
        self.appID = appID
        self.runID = runID
        self.workspace = workspace
        self.emit = emit
        self.capture = capture
    }
}
