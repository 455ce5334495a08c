import Domain
import Folders

/// What counts as an app's content in the top level of its workspace (spec 03 §4, §22.3).
enum WorkspaceContent {
    /// Empty files that a coding tool's sandbox leaves behind; only when empty are they nobody's.
    private static let stubs: Set<String> = [
        ".npmrc", ".yarnrc", ".yarnrc.yml", "bun.lock", "bunfig.toml", "npm-shrinkwrap.json", "package-lock.json",
        "package.json", "pnpm-lock.yaml", "yarn.lock",
    ]

    /// Whether the entry makes a workspace one that must not be filled again.
    static func isContent(_ name: RawName, in folder: borrowing OpenFolder) -> Bool {
        let text = self.text(name)
        guard !text.hasPrefix("."), text != "attachments", text != "node_modules" else { return false }
        return !self.isStub(name, in: folder)
    }

    /// Whether the entry is an empty placeholder that may go.
    static func isStub(_ name: RawName, in folder: borrowing OpenFolder) -> Bool {
        guard let entry = folder.entry(name) else { return false }
        let text = self.text(name)
        switch entry.kind {
        case .file: return entry.size == 0 && (self.stubs.contains(text) || text.hasPrefix(".env"))
        case .folder:
            guard text == "node_modules" else { return false }
            // A folder that cannot be read is not known to be empty.
            return (try? folder.folder(name).names().isEmpty) ?? false
        case .other: return false
        }
    }

    /// Whether the entry stays when the content is replaced: dot entries and attachments.
    static func outlivesRestore(_ name: RawName) -> Bool {
        let text = self.text(name)
        return text.hasPrefix(".") || text == "attachments"
    }

    /// The files that a revision may hold (02 B13); others are not written, wherever they came from.
    static func writable(_ files: [SourceFile]) -> [SourceFile] {
        files.filter { file in
            let segments = file.path.segments
            return !segments.enumerated().contains { index, segment in
                SnapshotRules.skips(name: segment, isDirectory: index < segments.count - 1)
            }
        }
    }

    private static func text(_ name: RawName) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
