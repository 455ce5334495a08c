package import Domain
package import Foundation

/// Source revisions and the blobs that they point to; both are written once and never changed.
package struct RevisionRepository: Sendable {
    private let revisions: Collection<SourceRevision>
    private let blobs: BlobRepository

    package init(store: any DocumentStore, blobs: BlobRepository) {
        self.revisions = Collection(Collections.revisions, in: store)
        self.blobs = blobs
    }

    /// Keeps the contents, then the revision; a crash between leaves blobs that nothing points to, never the reverse.
    package func insert(_ revision: SourceRevision, files: [SourceFile]) async throws {
        for file in files {
            try await self.blobs.put(file.bytes, of: .app(revision.appScope))
        }
        try await self.revisions.insert(revision)
    }

    package func find(_ id: SourceRevision.ID, of app: AppScope) async throws -> SourceRevision? {
        try await self.revisions.first(where: .ofApp(app) && .id(id))
    }

    /// Newest first; `before` is the lowest number of the page before.
    package func list(of app: AppScope, limit: Int, before: Int? = nil) async throws -> [SourceRevision] {
        try await self.revisions.find(Self.listQuery(of: app, limit: limit, before: before))
    }

    /// The query behind `list`, for tests that read its plan.
    package static func listQuery(of app: AppScope, limit: Int, before: Int? = nil) -> Query {
        Query(.ofApp(app), sort: [.descending("number")], limit: limit, after: before.map { [.integer(Int64($0))] })
    }

    package func rename(_ id: SourceRevision.ID, of app: AppScope, to name: String?) async throws -> SourceRevision? {
        try await self.revisions.update(where: .ofApp(app) && .id(id), [try .assign("name", name)])
    }

    package func file(_ entry: SourceRevision.Entry, of app: AppScope) async throws -> Data? {
        try await self.blobs.get(entry.hash, of: .app(app))
    }

    /// All files of a revision, for a restore into a workspace.
    package func files(of revision: SourceRevision) async throws -> [SourceFile] {
        var files: [SourceFile] = []
        for entry in revision.entries {
            guard let bytes = try await self.blobs.get(entry.hash, of: .app(revision.appScope)) else {
                throw DocumentStoreError.malformed("A blob of revision \(revision.id) is missing.")
            }
            files.append(SourceFile(path: entry.path, bytes: bytes))
        }
        return files
    }

    package func deleteAll(of app: AppScope) async throws {
        _ = try await self.revisions.delete(where: .ofApp(app))
    }
}
