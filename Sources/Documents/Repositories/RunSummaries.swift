package import Domain

/// Reads runs without their messages, for lists and status dots.
package struct RunSummaries: Sendable {
    private let runs: Collection<RunSummary>

    package init(store: any DocumentStore) {
        self.runs = Collection(Collections.runs, in: store)
    }

    /// Newest first.
    package func list(of app: AppScope, limit: Int) async throws -> [RunSummary] {
        var query = RunRepository.listQuery(of: app, limit: limit)
        query.omitted = Self.omitted
        return try await self.runs.find(query)
    }

    /// Up to megabytes of a document, and nothing of a summary.
    private static let omitted: [FieldPath] = ["messages", "partialAnswer"]

    package func latest(of app: AppScope) async throws -> RunSummary? {
        try await self.list(of: app, limit: 1).first
    }

    /// The newest run of each app that has one, in a single query.
    package func latest(of apps: [App.ID], in workspaceID: Workspace.ID) async throws -> [App.ID: RunSummary] {
        guard !apps.isEmpty else { return [:] }
        let found = try await self.runs.find(
            Query(
                .workspace(workspaceID),
                sort: [.descending("createdAt"), .descending("_id")],
                firstOfEach: .init("appId", of: apps.map(\.rawValue)),
                omitting: Self.omitted
            )
        )
        return Dictionary(found.map { ($0.appID, $0) }) { first, _ in first }
    }

    /// Streaming runs of a workspace, for the catch-up of event streams (spec 01 §14.2).
    package func streaming(in workspaceID: Workspace.ID, limit: Int) async throws -> [RunSummary] {
        try await self.runs.find(
            Query(
                .text("status", Run.Status.streaming.rawValue) && .workspace(workspaceID),
                limit: limit,
                omitting: Self.omitted
            )
        )
    }
}
