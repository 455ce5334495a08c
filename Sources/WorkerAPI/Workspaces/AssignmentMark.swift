import Domain
import Folders
import Foundation

/// Says which assignment of an app to this worker a workspace belongs to: the file `<key>.assignment` beside it, where
/// no agent can reach it (spec 05 B46).
///
/// An app that comes back after another worker had it comes with another assignment, and what lies here is old.
enum AssignmentMark {
    private static let maximumBytes = 256

    /// Whether the workspace is of that assignment; `nil` compares nothing.
    static func isCurrent(
        _ assignment: String?,
        of key: WorkspaceKey,
        in root: borrowing OpenFolder
    ) throws -> Bool {
        guard let assignment else { return true }
        let name = self.name(of: key)
        guard root.entry(name.rawName)?.kind == .file else { return false }
        return try root.read(name.rawName, upTo: self.maximumBytes) == Data(assignment.utf8)
    }

    static func set(_ assignment: String?, of key: WorkspaceKey, in root: borrowing OpenFolder) throws {
        guard let assignment, let path = SourcePath(self.name(of: key)) else { return }
        try root.write(Data(assignment.utf8), to: path)
    }

    static func clear(_ key: WorkspaceKey, in root: borrowing OpenFolder) throws {
        let name = self.name(of: key).rawName
        if root.entry(name) != nil { try root.remove(name) }
    }

    private static func name(of key: WorkspaceKey) -> String { key.rawValue + ".assignment" }
}
