package import Documents
package import Domain
import Foundation

/// Saved versions of an app: list, name, compare, restore (spec 02 B9; architecture §10).
package struct VersionService: Sendable {
    private let apps: AppRepository
    private let runs: RunSummaries
    private let revisions: RevisionRepository
    private let worker: any BuilderWorker
    private let publish: WorkspaceService.Publish
    private let identifiers: IdentifierSource
    private let clock: WallClock

    package init(
        apps: AppRepository,
        runs: RunSummaries,
        revisions: RevisionRepository,
        worker: any BuilderWorker,
        publish: @escaping WorkspaceService.Publish,
        identifiers: IdentifierSource,
        clock: WallClock
    ) {
        self.apps = apps
        self.runs = runs
        self.revisions = revisions
        self.worker = worker
        self.publish = publish
        self.identifiers = identifiers
        self.clock = clock
    }

    package struct Page: Sendable {
        package var items: [SourceRevision]
        package var nextCursor: String?
    }

    /// Newest first; the cursor is the number of the last one of the page before.
    package func list(_ opened: OpenedApp, limit: Int, cursor: String?) async throws -> Page {
        var before: Int?
        if let cursor {
            guard let number = Int(cursor), number > 0 else { throw AppRefusal.invalidCursor }
            before = number
        }
        let found = try await self.revisions.list(of: opened.scope, limit: limit + 1, before: before)
        let items = Array(found.prefix(limit))
        return Page(items: items, nextCursor: found.count > limit ? items.last.map { String($0.number) } : nil)
    }

    package func find(_ id: SourceRevision.ID, of opened: OpenedApp) async throws -> SourceRevision {
        guard let revision = try await self.revisions.find(id, of: opened.scope) else {
            throw AppRefusal.versionNotFound
        }
        return revision
    }

    /// 1–80 characters after trimming; an empty name takes it away.
    package func rename(
        _ id: SourceRevision.ID,
        of opened: OpenedApp,
        to text: String
    ) async throws -> SourceRevision {
        let name = text.collapsingWhitespace()
        guard name.utf16.count <= 80 else { throw AppRefusal.invalidName }
        let renamed = try await self.revisions.rename(id, of: opened.scope, to: name.isEmpty ? nil : name)
        guard let renamed else { throw AppRefusal.versionNotFound }
        await self.hint(opened)
        return renamed
    }

    /// What changed from `base` to `id`; without a base, from the version before it.
    package func diff(
        _ id: SourceRevision.ID,
        of opened: OpenedApp,
        against base: SourceRevision.ID?
    ) async throws -> RevisionDiff {
        let revision = try await self.find(id, of: opened)
        let other: SourceRevision?
        if let base {
            other = try await self.find(base, of: opened)
        } else {
            other = try await self.revisions.list(of: opened.scope, limit: 1, before: revision.number).first
        }
        return try await RevisionDiff.make(from: other, to: revision) { entry in
            try await self.revisions.file(entry, of: opened.scope)
        }
    }

    /// Makes a new version with an old one's files and puts them into the workspace; refused while a turn runs.
    package func restore(
        _ id: SourceRevision.ID,
        of opened: OpenedApp,
        by member: WorkspaceMember
    ) async throws -> SourceRevision {
        let old = try await self.find(id, of: opened)
        guard try await self.runs.latest(of: opened.scope)?.status != .streaming else { throw AppRefusal.runStreaming }
        let files = try await self.revisions.files(of: old)
        do {
            try await self.worker.restore(files, of: opened.app.id)
        } catch WorkerRefusal.busy {
            throw AppRefusal.runStreaming
        } catch is WorkerRefusal {
            throw AppRefusal.workerUnavailable
        }
        guard let number = try await self.apps.takeRevisionNumber(opened.scope) else { throw AppRefusal.notFound }
        var restored = SourceRevision(
            id: self.identifiers.make(),
            workspaceID: old.workspaceID,
            appID: old.appID,
            number: number,
            summary: old.name ?? old.summary,
            origin: .restore,
            entries: old.entries,
            hash: old.hash,
            artifactHash: old.artifactHash,
            createdAt: self.clock.now
        )
        restored.restoredFromID = old.id
        restored.createdByUserID = member.userID
        // The contents are there already: the old version points to them.
        try await self.revisions.insert(restored, files: [])
        guard try await self.apps.setDraft(restored, at: self.clock.now) != nil else { throw AppRefusal.runStreaming }
        await self.hint(opened)
        return restored
    }

    private func hint(_ opened: OpenedApp) async {
        await self.publish(
            WorkspaceEvent(
                .appUpdated,
                in: opened.scope.workspaceID,
                scope: .apps,
                at: self.clock.now,
                appID: opened.scope.appID
            )
        )
    }
}
