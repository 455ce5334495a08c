package import Documents
package import Domain
import Logging

/// Removes deleted apps with all that hangs on them (spec 02 B21).
///
/// A first time when somebody deletes the app, and once more an hour later: what was on its way at any process when the app
/// was deleted, a build that is being saved or a file that is being uploaded, has arrived by then.
package struct AppRemoval: Sendable {
    /// For so long a deleted app is remembered.
    static let period = Duration.seconds(3600)
    /// At most so many in a round; the others are due in the next.
    private static let roundLimit = 1000

    private let apps: AppRepository
    private let runs: RunRepository
    private let revisions: RevisionRepository
    private let blobs: BlobRepository
    private let attachments: AttachmentRepository
    private let worker: any BuilderWorker
    private let clock: WallClock

    package init(
        apps: AppRepository,
        runs: RunRepository,
        revisions: RevisionRepository,
        blobs: BlobRepository,
        attachments: AttachmentRepository,
        worker: any BuilderWorker,
        clock: WallClock
    ) {
        self.apps = apps
        self.runs = runs
        self.revisions = revisions
        self.blobs = blobs
        self.attachments = attachments
        self.worker = worker
        self.clock = clock
    }

    /// Every removal that is due; one that fails is tried again in the next round and holds up no other.
    package func finish() async throws {
        for app in try await self.apps.removalsDue(at: self.clock.now, limit: Self.roundLimit) {
            try Task.checkCancellation()
            await self.remove(app)
        }
    }

    /// Removes what can be removed now; to people the app is gone already.
    func remove(_ app: App) async {
        do {
            try await self.removeRemains(of: app)
        } catch {
            // It stays due.
            Logger.current.warning(
                "Removing an app was not finished",
                metadata: ["app.id": "\(app.id)", "error": "\(String(reflecting: error))"]
            )
        }
    }

    private func removeRemains(of app: App) async throws {
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        for run in try await self.runs.list(of: scope, limit: 100) where run.status == .streaming {
            _ = try await self.worker.cancel(
                RunScope(workspaceID: app.workspaceID, appID: app.id, runID: run.id)
            )
        }
        try await self.worker.remove(app.id)
        try await self.runs.deleteAll(of: scope)
        try await self.revisions.deleteAll(of: scope)
        try await self.blobs.deleteAll(of: scope)
        try await self.attachments.deleteAll(of: scope)
        let now = self.clock.now
        let end = (app.deletedAt ?? now).adding(Self.period)
        guard now >= end else { return try await self.apps.scheduleRemoval(scope, at: end) }
        try await self.apps.remove(scope)
    }
}
