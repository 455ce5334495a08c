import Foundation

/// Removes the empty files and folders that the CLI's scrubbing leaves in a workspace (spec 03 §8, §22.3).
struct WorkspaceStubs: Sendable {
    private static let files: Set<String> = [
        ".env", ".env.development", ".env.development.local", ".env.local", ".env.production",
        ".env.production.local", ".env.test", ".env.test.local", ".gitmodules", ".npmrc", ".yarnrc", ".yarnrc.yml",
        "bunfig.toml", "package-lock.json", "package.json", "pnpm-lock.yaml", "yarn.lock",
    ]
    private static let folders = [".claude", "node_modules"]

    private let workspace: URL
    private let before: Set<String>

    /// Remembers what is there before a turn.
    init(workspace: URL) {
        self.workspace = workspace
        self.before = Self.names(in: workspace)
    }

    /// Removes what came with the turn, is on the list and has no content.
    func remove() {
        for name in Self.names(in: self.workspace).subtracting(self.before) {
            let item = self.workspace.appending(path: name)
            guard Self.files.contains(name) ? Self.isEmptyFile(item) : Self.isHollowFolder(item, name: name) else {
                continue
            }
            // Snapshots ignore what could not be removed.
            try? FileManager.default.removeItem(at: item)
        }
    }

    private static func names(in folder: URL) -> Set<String> {
        // A workspace that cannot be read has no stubs to remove.
        Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? [])
    }

    private static func isEmptyFile(_ file: URL) -> Bool {
        // Unknown is not empty.
        let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        return values?.isRegularFile == true && values?.fileSize == 0
    }

    private static func isHollowFolder(_ folder: URL, name: String) -> Bool {
        guard self.folders.contains(name) else { return false }
        let keys: [URLResourceKey] = [.isDirectoryKey, .isRegularFileKey, .fileSizeKey]
        guard let items = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: keys) else {
            return false
        }
        for case let item as URL in items where !self.isEmptyFile(item) {
            // Unknown is content.
            if (try? item.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory != true { return false }
        }
        return true
    }
}
