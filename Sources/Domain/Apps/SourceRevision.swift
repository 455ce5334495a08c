import Crypto
import Foundation

/// An immutable state of an app's source: path → blob (spec 02 B9).
///
/// Draft and published are pointers to revisions.
package struct SourceRevision: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<SourceRevision>

    package struct Entry: Codable, Sendable, Equatable {
        package var path: SourcePath
        package var hash: ContentHash
        package var size: Int
        package var isBinary: Bool

        package init(path: SourcePath, hash: ContentHash, size: Int, isBinary: Bool) {
            self.path = path
            self.hash = hash
            self.size = size
            self.isBinary = isBinary
        }
    }

    package enum Origin: String, Codable, Sendable {
        case build, restore, `import`, edit
    }

    package var id: ID
    package var workspaceID: Workspace.ID
    package var appID: App.ID
    /// 1, 2, 3 … within the app.
    package var number: Int
    /// Given by a person; `nil` shows the summary instead.
    package var name: String?
    /// What the builder said it did, at most 500 characters.
    package var summary: String?
    package var origin: Origin
    /// The revision that a restore took its files from.
    package var restoredFromID: ID?
    /// The run and message that made it, when a turn did.
    package var runID: Run.ID?
    package var createdByUserID: User.ID?
    /// Sorted by path.
    package var entries: [Entry]
    package var hash: ContentHash
    /// The hash over `dist/**` alone, `nil` without a built artifact.
    package var artifactHash: ContentHash?
    package var sizeBytes: Int
    package var fileCount: Int
    package var createdAt: Timestamp

    package init(
        id: ID,
        workspaceID: Workspace.ID,
        appID: App.ID,
        number: Int,
        summary: String?,
        origin: Origin,
        entries: [Entry],
        hash: ContentHash,
        artifactHash: ContentHash?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.appID = appID
        self.number = number
        self.summary = summary.map { String($0.prefix(500)) }
        self.origin = origin
        self.entries = entries.sorted { $0.path < $1.path }
        self.hash = hash
        self.artifactHash = artifactHash
        self.sizeBytes = entries.reduce(0) { $0 + $1.size }
        self.fileCount = entries.count
        self.createdAt = createdAt
    }

    package var appScope: AppScope { AppScope(workspaceID: self.workspaceID, appID: self.appID) }

    package func entry(at path: SourcePath) -> Entry? {
        self.entries.first { $0.path == path }
    }

    /// SHA-256 over the files in byte order of their paths, each `path 00 content 00` (spec 02 §13, B9); `nil` for no files.
    package static func hash(of files: [SourceFile]) -> ContentHash? {
        guard !files.isEmpty else { return nil }
        var hasher = SHA256()
        for file in files.sorted(by: { $0.path < $1.path }) {
            hasher.update(data: Data(file.path.rawValue.utf8))
            hasher.update(data: Data([0]))
            hasher.update(data: file.bytes)
            hasher.update(data: Data([0]))
        }
        return ContentHash(hasher.finalize().hexadecimal)
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case appID = "appId"
        case number, name, summary, origin
        case restoredFromID = "restoredFromId"
        case runID = "runId"
        case createdByUserID = "createdByUserId"
        case entries, hash, artifactHash, sizeBytes, fileCount, createdAt
    }
}
