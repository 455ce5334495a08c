package import Application
package import Domain
import Folders

/// Keeps what people attached under `attachments/` of a workspace (spec 02 §16, B19; 03 §2.3).
package struct AttachmentStore: Sendable {
    private let directory: WorkspaceDirectory

    package init(directory: WorkspaceDirectory) {
        self.directory = directory
    }

    /// Stores all files or, when one of them breaks a rule, none; empty files are welcome.
    ///
    /// - Throws: `WorkerRefusal.attachmentRefused` with `missing_files`, `too_many_files`, `invalid_file`,
    ///   `invalid_file_path`, `invalid_file_size`, `file_too_large` or `upload_too_large`.
    package func store(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        let checked = try Self.check(files)
        try await self.directory.inside(.app(appID)) { folder in
            for (path, file) in checked { try folder.write(file.bytes, to: path) }
        }
    }

    /// Those of the paths, at most ten, that are not plain files in the workspace.
    package func missing(_ paths: [String], of appID: App.ID) async throws -> [String] {
        guard paths.count <= AttachmentRules.maximumCount else { throw Self.refusal("too_many_files") }
        let checked = try paths.map { (try Self.path($0), $0) }
        return try await self.directory.inside(.app(appID)) { folder in
            checked.filter { !folder.hasFile(at: $0.0) }.map(\.1)
        }
    }

    private static func check(_ files: [WorkerAttachment]) throws -> [(SourcePath, WorkerAttachment)] {
        guard !files.isEmpty else { throw self.refusal("missing_files") }
        guard files.count <= AttachmentRules.maximumCount else { throw self.refusal("too_many_files") }
        var total = 0
        var checked: [(SourcePath, WorkerAttachment)] = []
        for file in files {
            let reference = file.reference
            guard !reference.id.isEmpty, !reference.name.isEmpty else { throw self.refusal("invalid_file") }
            let path = try self.path(reference.path)
            guard reference.size == file.bytes.count else { throw self.refusal("invalid_file_size") }
            guard reference.size <= AttachmentRules.maximumFileBytes else { throw self.refusal("file_too_large") }
            total += reference.size
            guard total <= AttachmentRules.maximumTotalBytes else { throw self.refusal("upload_too_large") }
            checked.append((path, file))
        }
        return checked
    }

    private static func path(_ text: String) throws -> SourcePath {
        guard AttachmentRules.isUsable(path: text), let path = SourcePath(text) else {
            throw self.refusal("invalid_file_path")
        }
        return path
    }

    private static func refusal(_ code: String) -> WorkerRefusal { .attachmentRefused(code: code) }
}
