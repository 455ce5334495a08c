package import Documents
package import Domain
package import Foundation

/// The files of an app as people may see them (spec 02 §14.1, B14, B15).
package struct FileService: Sendable {
    package enum Version: String, Sendable {
        case draft, published
    }

    private let revisions: RevisionRepository
    private let worker: any BuilderWorker

    package init(revisions: RevisionRepository, worker: any BuilderWorker) {
        self.revisions = revisions
        self.worker = worker
    }

    package struct Listing: Sendable, Equatable {
        /// `nil` when there is nothing saved yet and nothing in the workspace.
        package var files: [SourceRevision.Entry]?
        package var version: Version
    }

    /// `draft` is honoured only for collaborators; everybody else sees what is published, and of it `dist/**` alone.
    package static func version(_ asked: String?, for opened: OpenedApp) -> Version {
        asked == Version.draft.rawValue && opened.access.canCollaborate ? .draft : .published
    }

    package func list(_ opened: OpenedApp, version: Version) async throws -> Listing {
        let saved = try await self.revision(opened, version)
        guard version == .draft else {
            let entries = saved?.entries.filter { opened.access.canCollaborate || $0.path.isArtifact }
            return Listing(files: entries, version: version)
        }
        guard let live = await self.liveFiles(opened.app.id) else {
            return Listing(files: saved?.entries, version: version)
        }
        // The artifact is always the saved one; everything else is what lies in the workspace now.
        let artifact = saved?.entries.filter(\.path.isArtifact) ?? []
        let overlay = live.filter { !$0.path.isArtifact }.map { file in
            SourceRevision.Entry(
                path: file.path,
                hash: ContentHash(of: file.bytes),
                size: file.bytes.count,
                isBinary: file.isBinary
            )
        }
        return Listing(files: (artifact + overlay).sorted { $0.path < $1.path }, version: version)
    }

    package struct Content: Sendable, Equatable {
        package var path: SourcePath
        package var bytes: Data
        package var hash: ContentHash
        package var isBinary: Bool
    }

    /// One file of that version.
    package func content(_ opened: OpenedApp, version: Version, path: String?) async throws -> Content {
        guard let path = path.flatMap({ SourcePath($0) }) else { throw AppRefusal.fileNotFound }
        guard opened.access.canCollaborate || path.isArtifact else { throw AppRefusal.fileNotFound }
        if version == .draft, !path.isArtifact, let live = await self.liveFiles(opened.app.id) {
            guard let file = live.first(where: { $0.path == path }) else { throw AppRefusal.fileNotFound }
            return Content(
                path: path,
                bytes: file.bytes,
                hash: ContentHash(of: file.bytes),
                isBinary: file.isBinary
            )
        }
        guard let revision = try await self.revision(opened, version), let entry = revision.entry(at: path),
            let bytes = try await self.revisions.file(entry, of: opened.scope)
        else { throw AppRefusal.fileNotFound }
        return Content(path: path, bytes: bytes, hash: entry.hash, isBinary: entry.isBinary)
    }

    private func revision(_ opened: OpenedApp, _ version: Version) async throws -> SourceRevision? {
        let pointer = version == .draft ? opened.app.draft : opened.app.published
        guard let pointer else { return nil }
        return try await self.revisions.find(pointer.revisionID, of: opened.scope)
    }

    /// `nil` when the workspace is empty, cannot be reached or cannot be read as a snapshot: then the saved files count.
    private func liveFiles(_ appID: App.ID) async -> [SourceFile]? {
        do {
            guard try await self.worker.status(of: appID).workspaceHasFiles else { return nil }
            let files = try await self.worker.files(of: appID)
            return files.isEmpty ? nil : files
        } catch {
            // An overlay that cannot be had is left away; what is saved is still true.
            return nil
        }
    }
}

extension SourcePath {
    /// Part of the built artifact.
    package var isArtifact: Bool { self.segments.count >= 2 && self.segments.first == "dist" }
}
