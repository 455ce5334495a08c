package import Documents
package import Domain

/// Runs of an app without their conversations (spec 02 B24).
package struct RunListService: Sendable {
    /// The newest so many are listed.
    package static let maximumRuns = 50

    private let runs: RunSummaries

    package init(runs: RunSummaries) {
        self.runs = runs
    }

    package func list(of app: AppScope) async throws -> [RunSummary] {
        try await self.runs.list(of: app, limit: Self.maximumRuns)
    }

    package func latest(of app: AppScope) async throws -> RunSummary? {
        try await self.runs.latest(of: app)
    }
}
