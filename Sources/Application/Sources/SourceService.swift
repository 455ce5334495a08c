package import Documents
package import Domain
import Foundation

/// Saves workspaces as revisions and moves the draft (spec 02 §13, B9).
package struct SourceService: Sendable {
    private let apps: AppRepository
    private let revisions: RevisionRepository
    private let events: WorkspaceEventPublisher
    private let wallClock: WallClock
    private let identifiers: IdentifierSource

    package init(
        apps: AppRepository,
        revisions: RevisionRepository,
        events: WorkspaceEventPublisher,
        wallClock: WallClock,
        identifiers: IdentifierSource
    ) {
        self.apps = apps
        self.revisions = revisions
        self.events = events
        self.wallClock = wallClock
        self.identifiers = identifiers
    }

    /// Makes a revision of the files and points the draft at it; the same files as the draft has make none.
    ///
    /// - Throws: `SourceRefusal` when the files break a limit or the app is gone; nothing is written then.
    package func save(
        _ files: [SourceFile],
        of scope: AppScope,
        summary: String?,
        origin: SourceRevision.Origin,
        runID: Run.ID? = nil,
        restoredFrom: SourceRevision.ID? = nil,
        by userID: User.ID?
    ) async throws -> SourceRevision {
        let violations = SnapshotRules.violations(in: files)
        guard violations.isEmpty else { throw SourceRefusal.limits(violations) }
        guard let hash = SourceRevision.hash(of: files) else { throw SourceRefusal.empty }
        guard let app = try await self.apps.find(scope) else { throw SourceRefusal.appNotFound }
        if origin == .build, let draft = app.draft, draft.hash == hash,
            let revision = try await self.revisions.find(draft.revisionID, of: scope)
        {
            return revision
        }
        guard let number = try await self.apps.takeRevisionNumber(scope) else { throw SourceRefusal.appNotFound }
        let now = self.wallClock.now
        let artifact = files.filter { $0.path.segments.first == "dist" }
        var revision = SourceRevision(
            id: self.identifiers.make(),
            workspaceID: scope.workspaceID,
            appID: scope.appID,
            number: number,
            summary: summary,
            origin: origin,
            entries: files.map { file in
                .init(
                    path: file.path,
                    hash: ContentHash(of: file.bytes),
                    size: file.bytes.count,
                    isBinary: file.isBinary
                )
            },
            hash: hash,
            artifactHash: artifact.contains { $0.path.rawValue == "dist/index.html" }
                ? SourceRevision.hash(of: artifact) : nil,
            createdAt: now
        )
        revision.runID = runID
        revision.restoredFromID = restoredFrom
        revision.createdByUserID = userID
        try await self.revisions.insert(revision, files: files)
        _ = try await self.apps.setDraft(revision, at: now)
        await self.events.publish(.appUpdated, in: scope.workspaceID, scope: .apps, appID: scope.appID)
        return revision
    }
}

/// Why files are not saved.
package enum SourceRefusal: Error, Sendable, Equatable {
    /// 413 `source_files_limit`.
    case limits([SnapshotRules.Violation])
    case empty
    case appNotFound
}
