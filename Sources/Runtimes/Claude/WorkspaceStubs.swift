import Folders
import Foundation

/// Removes the empty files and folders that the CLI's scrubbing leaves in a workspace (spec 03 §8, §22.3).
///
/// No link in the workspace is followed.
struct WorkspaceStubs: Sendable {
    private static let files: Set<String> = [
        ".env", ".env.development", ".env.development.local", ".env.local", ".env.production",
        ".env.production.local", ".env.test", ".env.test.local", ".gitmodules", ".npmrc", ".yarnrc", ".yarnrc.yml",
        "bunfig.toml", "package-lock.json", "package.json", "pnpm-lock.yaml", "yarn.lock",
    ]
    private static let fileNames = Set(Self.files.map(\.rawName))
    private static let folderNames: Set<RawName> = [".claude".rawName, "node_modules".rawName]
    /// A stub's folders are no deeper.
    private static let maximumDepth = 4

    private let path: String
    private let before: Set<RawName>

    /// Remembers what is there before a turn.
    init(workspace: URL) {
        self.path = workspace.path(percentEncoded: false)
        // A workspace that cannot be read has no stubs to remove.
        self.before = Set((try? OpenFolder.open(self.path).names()) ?? [])
    }

    /// Removes what came with the turn, is on the list and has no content.
    func remove() {
        // A workspace that cannot be read has no stubs to remove.
        guard let workspace = try? OpenFolder.open(self.path), let names = try? workspace.names() else { return }
        for name in names where !self.before.contains(name) && Self.isStub(name, in: workspace) {
            // Snapshots ignore what could not be removed.
            try? workspace.remove(name)
        }
    }

    private static func isStub(_ name: RawName, in folder: borrowing OpenFolder) -> Bool {
        if self.fileNames.contains(name) { return Self.isEmptyFile(name, in: folder) }
        return self.folderNames.contains(name) && Self.isHollow(name, in: folder, depth: 1)
    }

    private static func isEmptyFile(_ name: RawName, in folder: borrowing OpenFolder) -> Bool {
        guard let entry = folder.entry(name) else { return false }
        return entry.kind == .file && entry.size == 0
    }

    /// Whether nothing but empty files and hollow folders is in it; what cannot be read is content.
    private static func isHollow(_ name: RawName, in parent: borrowing OpenFolder, depth: Int) -> Bool {
        guard depth <= Self.maximumDepth, parent.entry(name)?.kind == .folder,
            let folder = try? parent.folder(name), let names = try? folder.names()
        else { return false }
        for name in names
        where !Self.isEmptyFile(name, in: folder) && !Self.isHollow(name, in: folder, depth: depth + 1) {
            return false
        }
        return true
    }
}
