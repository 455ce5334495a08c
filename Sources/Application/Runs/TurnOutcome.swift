package import Domain
import RuntimeProtocols
package import Wire

/// Follows what a turn did and says in the end whether it was complete (spec 02 §12.3, B10).
///
/// Pure.
package struct TurnOutcome: Sendable {
    package static let buildTool = "mcp__second__done_building"
    package static let maximumTurns = 500
    private static let editTools: Set<String> = ["Write", "Edit", "MultiEdit", "NotebookEdit"]

    /// A good build was saved, and nothing was edited since.
    package private(set) var hasFreshBuild = false
    private var calledBuild = false
    private var editedSinceBuild = false
    package private(set) var usedShellSinceBuild = false

    package init() {}

    /// An announced call's input is complete.
    package mutating func sawCall(_ name: String) {
        if name == Self.buildTool { self.calledBuild = true }
        if Self.editTools.contains(name) {
            self.editedSinceBuild = true
            self.hasFreshBuild = false
        }
        if name == "Bash" { self.usedShellSinceBuild = true }
    }

    package mutating func savedBuild() {
        self.hasFreshBuild = true
        self.editedSinceBuild = false
        self.usedShellSinceBuild = false
    }

    /// The shell left the workspace other than the saved build has it.
    package mutating func foundShellChanges() {
        self.editedSinceBuild = true
        self.hasFreshBuild = false
    }

    /// Whether a result of the build tool says that the app was built.
    package static func isBuildSuccess(_ result: JSONValue) -> Bool {
        ToolText.payload(of: result) { $0["status"]?.string != nil }?["status"]?.string == "complete"
    }

    /// What the builder says it did, at most 500 characters.
    package static func buildSummary(_ result: JSONValue) -> String? {
        ToolText.payload(of: result) { $0["status"]?.string == "complete" }?["summary"]?.string.map {
            String($0.prefix(500))
        }
    }

    /// The failure that the turn ends with; `nil` when it completed.
    package func failure(of translator: ChunkTranslator, at time: Timestamp) -> RunFailure? {
        if translator.tools.values.contains(where: \.approvalStop) { return nil }
        if self.hasFreshBuild { return nil }
        guard self.calledBuild || self.editedSinceBuild else { return nil }
        let subtype = translator.result?.subtype
        if translator.result == nil || subtype == "error_max_turns" {
            let message =
                subtype == "error_max_turns"
                ? "The builder reached its limit of \(Self.maximumTurns) steps before the app was built."
                : "The builder ended before the app was built."
            return RunFailure(
                code: .workerStreamFailed,
                phase: .workerStream,
                message: message,
                retryable: true,
                occurredAt: time
            )
        }
        return RunFailure(
            code: .buildIncomplete,
            phase: .workerStream,
            message: self.calledBuild
                ? "The last changes were not built successfully."
                : "The files were changed, but the app was not built.",
            retryable: true,
            occurredAt: time
        )
    }
}
