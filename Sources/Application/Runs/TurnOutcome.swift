package import Domain
import RuntimeProtocols
package import Wire

/// Follows what a turn did and says in the end whether it was complete (spec 02 §12.3, B10).
///
/// Pure.
package struct TurnOutcome: Sendable {
    package static let buildTool = "mcp__second__done_building"
    package static let maximumTurns = 500

    /// Calls that may leave files other than the last build has them.
    private enum Change {
        case edit
        case shell

        init?(tool: String) {
            switch tool {
            case "Write", "Edit", "MultiEdit", "NotebookEdit": self = .edit
            case "Bash": self = .shell
            default: return nil
            }
        }
    }

    private var savedBuildIsNewest = false
    private var calledBuild = false
    private var wasEdited = false
    private var mayHaveChanged = false
    private var changes: [String: Change] = [:]
    /// Of those, the ones without a result.
    private var running: Set<String> = []

    package init() {}

    /// A good build was saved, and nothing was edited since.
    package var hasFreshBuild: Bool { self.savedBuildIsNewest && !self.editedSinceBuild }

    private var editedSinceBuild: Bool { self.wasEdited || self.isRunning(.edit) }

    /// Files may be other than the last build has them: only comparing tells.
    package var needsComparison: Bool { self.mayHaveChanged || self.isRunning(.shell) }

    private func isRunning(_ change: Change) -> Bool { self.running.contains { self.changes[$0] == change } }

    package mutating func saw(_ chunk: UIMessageChunk) {
        switch chunk {
        case .toolInputAvailable(let id, let name, _): self.begin(id, name)
        case .toolOutputAvailable(let id, _, preliminary: false): self.end(id, failed: false)
        case .toolOutputError(let id, _): self.end(id, failed: true)
        default: break
        }
    }

    /// A call's input is complete: its tool runs now, or waits for the calls before it.
    private mutating func begin(_ id: String, _ name: String) {
        if name == Self.buildTool { self.calledBuild = true }
        guard let change = Change(tool: name) else { return }
        self.changes[id] = change
        self.running.insert(id)
    }

    /// Files may have been changed until now; a call that was flushed may end once more, with its result.
    ///
    /// An edit that failed has most likely changed nothing, and a shell may have done anything.
    private mutating func end(_ id: String, failed: Bool) {
        guard let change = self.changes[id] else { return }
        self.running.remove(id)
        if change == .edit, !failed { self.foundChanges() } else { self.mayHaveChanged = true }
    }

    /// What had its result before is in the build; what still runs may change files after it.
    package mutating func savedBuild() {
        self.wasEdited = false
        self.mayHaveChanged = false
        self.savedBuildIsNewest = true
    }

    /// The workspace is other than the last build has it.
    package mutating func foundChanges() {
        self.wasEdited = true
        self.savedBuildIsNewest = false
    }

    /// Whether a card waits for a person.
    package static func waits(_ translator: ChunkTranslator) -> Bool {
        translator.tools.values.contains(where: \.approvalStop)
    }

    /// The failure that the turn ends with; `nil` when it completed.
    package func failure(of translator: ChunkTranslator, at time: Timestamp) -> RunFailure? {
        if Self.waits(translator) { return nil }
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
