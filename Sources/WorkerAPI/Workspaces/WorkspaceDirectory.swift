import Application
package import Domain
import Folders
package import Foundation

/// The parent of all workspaces, `<data>/workspaces`, 0700; one directory an app (spec 03 §4, §22.7, §22.9).
///
/// All file work runs on threads of its own. A full disk changes nothing: files are written beside the old ones and
/// take their place when they are complete.
package struct WorkspaceDirectory: Sendable {
    package let root: URL

    package init(root: URL) {
        self.root = root
    }

    private var path: String {
        let path = self.root.path(percentEncoded: false)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    package func url(of key: WorkspaceKey) -> URL {
        self.root.appending(path: key.rawValue, directoryHint: .isDirectory)
    }

    /// Makes the parent, and removes the staged, replaced and disposable directories that a dead process left.
    ///
    /// Called once, before anything else.
    package func prepare() async throws {
        let path = self.path
        try await FileThreads.run {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            guard chmod(path, 0o700) == 0 else { throw DiskFailure.last }
            let root = try OpenFolder.open(path)
            for name in try root.names() {
                let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if text.hasPrefix(OpenFolder.leftoverPrefix) || text.contains(WorkspaceKey.disposableMark) {
                    try root.remove(name)
                }
            }
        }
    }

    /// Whether the workspace is there, and whether it has content (dot entries and attachments are none).
    ///
    /// Content of another assignment is out of date and counts as none (spec 05 B46).
    package func state(of key: WorkspaceKey, assignment: String? = nil) async throws -> (exists: Bool, hasFiles: Bool) {
        try await self.inRoot { root in
            guard root.entry(key.rawValue.rawName)?.kind == .folder else { return (false, false) }
            guard try AssignmentMark.isCurrent(assignment, of: key, in: root) else { return (true, false) }
            return (true, try Self.hasContent(root.folder(key.rawValue.rawName)))
        }
    }

    /// Whether the workspace belongs to the assignment.
    package func isCurrent(_ assignment: String, of key: WorkspaceKey) async throws -> Bool {
        try await self.inRoot { root in try AssignmentMark.isCurrent(assignment, of: key, in: root) }
    }

    package enum Filling: Sendable, Equatable {
        /// The workspace had content of its own.
        case kept
        case filled
        /// The content was another assignment's and is gone.
        case replaced
    }

    /// Makes the workspace if it is not there, and fills it with the files when it has no content of its own, or when
    /// its content belongs to another assignment.
    ///
    /// - Throws: `WorkerRefusal.restoreNeeded`, with nothing changed, when the content is another assignment's and
    ///   `restores` says that the files are not what the workspace must start from.
    package func fill(
        _ key: WorkspaceKey,
        with files: [SourceFile],
        assignment: String? = nil,
        restores: Bool = true
    ) async throws -> Filling {
        try await self.inRoot { root in
            let isCurrent = try AssignmentMark.isCurrent(assignment, of: key, in: root)
            guard isCurrent || restores else { throw WorkerRefusal.restoreNeeded }
            let name = key.rawValue.rawName
            let hasContent = try Self.hasContent(root.makingFolder(name))
            if isCurrent, hasContent { return .kept }
            try Self.replaceContent(of: name, with: files, in: root)
            // After the files: a crash in between leaves a workspace that is filled again.
            try AssignmentMark.set(assignment, of: key, in: root)
            return hasContent ? .replaced : .filled
        }
    }

    /// Replaces the content by the files; attachments and dot entries stay.
    package func restore(_ key: WorkspaceKey, to files: [SourceFile], assignment: String? = nil) async throws {
        try await self.inRoot { root in
            let name = key.rawValue.rawName
            _ = try root.makingFolder(name)
            try Self.replaceContent(of: name, with: files, in: root)
            try AssignmentMark.set(assignment, of: key, in: root)
        }
    }

    /// An empty directory for one job.
    package func makeDisposable(_ key: WorkspaceKey) async throws {
        try await self.inRoot { root in _ = try root.makingFolder(key.rawValue.rawName) }
    }

    /// Removes a directory that `makeDisposable` made, and no other.
    package func removeDisposable(_ key: WorkspaceKey) async throws {
        guard key.isDisposable else { return }
        try await self.remove(key)
    }

    /// Removes the workspace for good; nothing there is fine.
    package func remove(_ key: WorkspaceKey) async throws {
        try await self.inRoot { root in
            try AssignmentMark.clear(key, in: root)
            let name = key.rawValue.rawName
            guard root.entry(name) != nil else { return }
            let doomed = OpenFolder.leftoverName()
            try root.move(name, to: root, as: doomed)
            try root.remove(doomed)
        }
    }

    /// Removes empty stub files that a sandbox left in the top level (spec 03 §22.3).
    package func tidy(_ key: WorkspaceKey) async throws {
        try await self.inRoot { root in
            guard root.entry(key.rawValue.rawName)?.kind == .folder else { return }
            let folder = try root.folder(key.rawValue.rawName)
            for name in try folder.names() where WorkspaceContent.isStub(name, in: folder) {
                try folder.remove(name)
            }
        }
    }

    /// Works inside the workspace, which is made if need be.
    func inside<Result: Sendable>(
        _ key: WorkspaceKey,
        _ work: @escaping @Sendable (borrowing OpenFolder) throws -> Result
    ) async throws -> Result {
        try await self.inRoot { root in try work(root.makingFolder(key.rawValue.rawName)) }
    }

    private func inRoot<Result: Sendable>(
        _ work: @escaping @Sendable (borrowing OpenFolder) throws -> Result
    ) async throws -> Result {
        let path = self.path
        return try await FileThreads.run { try work(OpenFolder.open(path)) }
    }

    private static func hasContent(_ folder: borrowing OpenFolder) throws -> Bool {
        for name in try folder.names() where WorkspaceContent.isContent(name, in: folder) { return true }
        return false
    }

    /// Stages the files beside the workspace, takes over what outlives a restore, and swaps the directories.
    ///
    /// A full disk shows while staging, before the workspace is touched. A crash in the middle of the swap leaves no
    /// workspace, which the next turn fills from the documents.
    private static func replaceContent(
        of name: RawName,
        with files: [SourceFile],
        in root: borrowing OpenFolder
    ) throws {
        let staged = OpenFolder.leftoverName()
        let stage = try root.makingFolder(staged)
        let old = try root.folder(name)
        var moved: [RawName] = []
        do {
            for file in WorkspaceContent.writable(files) { try stage.write(file.bytes, to: file.path) }
            for entry in try old.names()
            where WorkspaceContent.outlivesRestore(entry) && !WorkspaceContent.isStub(entry, in: old) {
                try old.move(entry, to: stage, as: entry)
                moved.append(entry)
            }
        } catch {
            // The error that stopped us says more than one on the way back; leftovers go at the next start.
            for entry in moved { try? stage.move(entry, to: old, as: entry) }
            try? root.remove(staged)
            throw error
        }
        let doomed = OpenFolder.leftoverName()
        try root.move(name, to: root, as: doomed)
        try root.move(staged, to: root, as: name)
        try root.remove(doomed)
    }
}
