package import Domain

/// Reads runs without building their messages, for lists and status dots.
package struct RunSummaries: Sendable {
    private let runs: Collection<RunSummary>

    package init(store: any DocumentStore) {
        self.runs = Collection(Collections.runs, in: store)
    }

    /// Newest first.
    package func list(of app: AppScope, limit: Int) async throws -> [RunSummary] {
        try await self.runs.find(RunRepository.listQuery(of: app, limit: limit))
    }

    package func latest(of app: AppScope) async throws -> RunSummary? {
        try await self.list(of: app, limit: 1).first
    }

    /// Streaming runs of a workspace, for the catch-up of event streams (spec 01 §14.2).
    package func streaming(in workspaceID: Workspace.ID, limit: Int) async throws -> [RunSummary] {
        try await self.runs.find(
            Query(.text("status", Run.Status.streaming.rawValue) && .workspace(workspaceID), limit: limit)
        )
    }
}
