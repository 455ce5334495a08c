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
    /// A removal that failed is tried again after so long.
    package static let pause = Duration.seconds(300)
    /// At most so many in a round, and none is begun after so long: the others are due in the next, and what else is to be
    /// done now and then has its turn.
    private static let roundLimit = 1000
    private static let roundTime = Duration.seconds(45)

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

    /// The removals that are due; one that fails goes behind the others.
    package func finish() async throws {
        let start = self.clock.now
        for app in try await self.apps.removalsDue(at: start, limit: Self.roundLimit) {
            try Task.checkCancellation()
            guard self.clock.now.since(start) < Self.roundTime else { return }
            await self.remove(app)
        }
    }

    /// Removes what can be removed now; to people the app is gone already.
    func remove(_ app: App) async {
        do {
            try await self.removeRemains(of: app)
        } catch {
            Logger.current.warning(
                "Removing an app was not finished",
                metadata: ["app.id": "\(app.id)", "error": "\(String(reflecting: error))"]
            )
            await self.postpone(app)
        }
    }

    private func postpone(_ app: App) async {
        do {
            let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
            try await self.apps.scheduleRemoval(scope, at: self.clock.now.adding(Self.pause))
        } catch {
            // It stays due, and is tried again in the next round.
            Logger.current.warning(
                "Removing an app was not put off",
                metadata: ["app.id": "\(app.id)", "error": "\(String(reflecting: error))"]
            )
        }
    }

    private func removeRemains(of app: App) async throws {
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        // Ends whatever runs in it first.
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
