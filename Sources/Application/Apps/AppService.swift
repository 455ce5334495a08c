package import Documents
package import Domain

/// Apps as things: making, listing, naming, settings, removing (spec 02 §3).
package struct AppService: Sendable {
    package let removal: AppRemoval

    private let apps: AppRepository
    private let runs: RunRepository
    private let workspaces: WorkspaceRepository
    private let describer: AppDescriber
    private let publish: WorkspaceService.Publish
    private let identifiers: IdentifierSource
    private let clock: WallClock

    package init(
        apps: AppRepository,
        runs: RunRepository,
        workspaces: WorkspaceRepository,
        removal: AppRemoval,
        describer: AppDescriber,
        publish: @escaping WorkspaceService.Publish,
        identifiers: IdentifierSource,
        clock: WallClock
    ) {
        self.apps = apps
        self.runs = runs
        self.workspaces = workspaces
        self.removal = removal
        self.describer = describer
        self.publish = publish
        self.identifiers = identifiers
        self.clock = clock
    }

    /// Apps that the person may see, newest first.
    package struct Page: Sendable {
        package var items: [OpenedApp]
        /// Where the next page starts; `nil` at the end.
        package var nextCursor: String?
    }

    /// One page; the cursor is `nextCursor` of the page before: the id of its last app.
    package func list(for member: WorkspaceMember, limit: Int, cursor: String?) async throws -> Page {
        var last: App?
        if let cursor {
            guard let id = App.ID(cursor),
                let app = try await self.apps.find(AppScope(workspaceID: member.workspaceID, appID: id))
            else { throw AppRefusal.invalidCursor }
            last = app
        }
        // Teams decide for nobody who sees everything anyway.
        let teamIDs =
            member.isAdmin
            ? [] : try await self.workspaces.teamIDs(of: member.userID, in: member.workspaceID)
        var items: [OpenedApp] = []
        while true {
            let wanted = limit + 1
            let page = try await self.apps.list(in: member.workspaceID, limit: wanted, after: last)
            for app in page {
                guard let access = AppAccess(to: app, by: member.userID, role: member.role, teamIDs: teamIDs) else {
                    continue
                }
                guard items.count < limit else {
                    return Page(items: items, nextCursor: items.last?.app.id.rawValue)
                }
                items.append(OpenedApp(app: app, access: access))
            }
            guard page.count == wanted else { return Page(items: items, nextCursor: nil) }
            last = page.last
        }
    }

    /// Makes the app, its first run when asked for, and asks for a better name in the background.
    package func create(_ draft: AppDraft, by member: WorkspaceMember) async throws -> (app: App, run: Run?) {
        let now = self.clock.now
        let app = try await self.apps.insert(
            App(
                id: self.identifiers.make(),
                workspaceID: member.workspaceID,
                createdByUserID: member.userID,
                name: draft.name,
                isNamedByPerson: false,
                prompt: draft.prompt,
                runtime: draft.runtime,
                createdAt: now
            )
        )
        var run: Run?
        if draft.createsInitialRun {
            let first = Run(
                id: self.identifiers.make(),
                workspaceID: app.workspaceID,
                appID: app.id,
                createdByUserID: member.userID,
                createdAt: now
            )
            try await self.runs.insert(first)
            run = first
        }
        await self.hint(.appCreated, app)
        if let prompt = draft.prompt {
            self.describer.describe(
                WorkerMetadataRequest(appID: app.id, prompt: prompt, fallbackName: app.name, settings: draft.runtime),
                of: AppScope(workspaceID: app.workspaceID, appID: app.id)
            )
        }
        return (app, run)
    }

    /// The name may gain a number.
    package func rename(_ opened: OpenedApp, to name: String?) async throws -> App {
        guard let name = name.flatMap({ AppName($0) }) else { throw AppRefusal.invalidName }
        let renamed = try await self.apps.rename(opened.scope, to: name, byPerson: true, at: self.clock.now)
        guard let renamed else { throw AppRefusal.notFound }
        await self.hint(.appUpdated, renamed)
        return renamed
    }

    package func setRuntime(_ runtime: RuntimeSettings, of opened: OpenedApp) async throws {
        let changed = try await self.apps.setRuntime(runtime, of: opened.scope, at: self.clock.now)
        guard let changed else { throw AppRefusal.notFound }
        await self.hint(.appUpdated, changed)
    }

    /// Deletes the app with all that hangs on it (B21): it is gone for everybody at once, the rest follows.
    package func delete(_ opened: OpenedApp) async throws {
        guard let app = try await self.apps.markDeleted(opened.scope, at: self.clock.now) else {
            throw AppRefusal.notFound
        }
        await self.hint(.appDeleted, app)
        await self.removal.remove(app)
    }

    private func hint(_ kind: WorkspaceEvent.Kind, _ app: App) async {
        await self.publish(
            WorkspaceEvent(kind, in: app.workspaceID, scope: .apps, at: self.clock.now, appID: app.id)
        )
    }
}
