package import Domain

/// Apps of a workspace.
package struct AppRepository: Sendable {
    private let apps: Collection<App>

    package init(store: any DocumentStore) {
        self.apps = Collection(Collections.apps, in: store)
    }

    package func find(_ scope: AppScope) async throws -> App? {
        try await self.apps.first(where: .app(scope) && .missing("deletedAt"))
    }

    /// Newest first; `after` is the last app of the page before.
    package func list(in workspaceID: Workspace.ID, limit: Int, after: App? = nil) async throws -> [App] {
        try await self.apps.find(Self.listQuery(in: workspaceID, limit: limit, after: after))
    }

    /// The query behind `list`, for tests that read its plan.
    package static func listQuery(in workspaceID: Workspace.ID, limit: Int, after: App? = nil) -> Query {
        Query(
            .workspace(workspaceID) && .missing("deletedAt"),
            sort: [.descending("createdAt"), .descending("_id")],
            limit: limit,
            after: after.map { [.string($0.createdAt.text), .string($0.id.rawValue)] }
        )
    }

    /// Adds the app; when its name is taken, under the name with ` (1)` … ` (999)`, then with the time (spec 02 §3.2, B23).
    package func insert(_ app: App) async throws -> App {
        try await self.withFreeName(app.name, at: app.createdAt) { name in
            var named = app
            named.name = name.rawValue
            named.nameNormalized = name.normalized
            try await self.apps.insert(named)
            return named
        }
    }

    /// Renames; the name may gain a number.
    ///
    /// A generated name never replaces one that a person chose.
    package func rename(_ scope: AppScope, to name: AppName, byPerson: Bool, at time: Timestamp) async throws -> App? {
        var filter = Filter.app(scope) && .missing("deletedAt")
        if !byPerson { filter = filter && .equals("isNamedByPerson", false) }
        if let current = try await self.find(scope), current.nameNormalized == name.normalized, byPerson {
            return try await self.apps.update(
                where: filter,
                [.set("name", .string(name.rawValue)), .set("isNamedByPerson", true), .stamp("updatedAt", time)]
            )
        }
        return try await self.withFreeName(name.rawValue, at: time) { name in
            try await self.apps.update(
                where: filter,
                [
                    .set("name", .string(name.rawValue)), .set("nameNormalized", .string(name.normalized)),
                    .set("isNamedByPerson", .bool(byPerson)), .stamp("updatedAt", time),
                ]
            )
        }
    }

    package func describe(_ scope: AppScope, as description: String, at time: Timestamp) async throws -> App? {
        try await self.apps.update(
            where: .app(scope) && .missing("deletedAt"),
            [.set("description", .string(description)), .stamp("updatedAt", time)]
        )
    }

    package func setRuntime(_ runtime: RuntimeSettings, of scope: AppScope, at time: Timestamp) async throws -> App? {
        try await self.apps.update(
            where: .app(scope) && .missing("deletedAt"),
            [
                .set("runtimeId", .string(runtime.runtimeID.rawValue)), .set("runtimeModel", .string(runtime.model)),
                try .assign("runtimeParams", runtime.params), .stamp("updatedAt", time),
            ]
        )
    }

    package func setCollaborators(_ ids: [User.ID], of scope: AppScope, at time: Timestamp) async throws -> App? {
        try await self.apps.update(
            where: .app(scope) && .missing("deletedAt"),
            [try .assign("collaboratorUserIds", ids), .stamp("updatedAt", time)]
        )
    }

    /// Takes the next revision number: of two callers each gets its own.
    package func takeRevisionNumber(_ scope: AppScope) async throws -> Int? {
        try await self.apps.update(where: .app(scope) && .missing("deletedAt"), [.increment("nextRevisionNumber", 1)])
            .map { $0.nextRevisionNumber - 1 }
    }

    /// Points the draft at a revision, unless a newer one got there first.
    package func setDraft(_ revision: SourceRevision, at time: Timestamp) async throws -> App? {
        try await self.apps.update(
            where: .app(revision.appScope) && .missing("deletedAt")
                && (.missing("draft") || .lessThan("draft.number", .integer(Int64(revision.number)))),
            [try .assign("draft", App.Pointer(revision, at: time)), .stamp("updatedAt", time)]
        )
    }

    /// Hides the app from everybody; its remains are due for removal and the name is free again (spec 02 B21).
    package func markDeleted(_ scope: AppScope, at time: Timestamp) async throws -> App? {
        try await self.apps.update(
            where: .app(scope) && .missing("deletedAt"),
            [.stamp("deletedAt", time), .stamp("removalDueAt", time), .stamp("updatedAt", time)]
        )
    }

    /// Deleted apps whose remains are due, the longest first.
    package func removalsDue(at time: Timestamp, limit: Int) async throws -> [App] {
        try await self.apps.find(
            Query(
                .exists("removalDueAt") && .atMost("removalDueAt", .string(time.text)),
                sort: [.ascending("removalDueAt")],
                limit: limit
            )
        )
    }

    package func scheduleRemoval(_ scope: AppScope, at time: Timestamp) async throws {
        _ = try await self.apps.update(where: .app(scope) && .exists("deletedAt"), [.stamp("removalDueAt", time)])
    }

    /// Removes the deleted app itself, after all that hung on it.
    package func remove(_ scope: AppScope) async throws {
        _ = try await self.apps.delete(where: .app(scope) && .exists("deletedAt"))
    }

    private func withFreeName<Result>(
        _ wanted: String,
        at time: Timestamp,
        _ attempt: (AppName) async throws -> Result
    ) async throws -> Result {
        guard let name = AppName(String(wanted.prefix(AppName.maximumLength))) else {
            throw DocumentStoreError.malformed("An app needs a name.")
        }
        for number in 0...999 {
            do {
                return try await attempt(number == 0 ? name : name.numbered(number))
            } catch DocumentStoreError.duplicate(index: "workspace_name") {
                continue
            }
        }
        return try await attempt(name.stamped(time))
    }
}
