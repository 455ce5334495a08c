import Application
import Domain
import Foundation
import Synchronization

/// Stands in for the app builder where a test is about something else.
final class AppBuildingStandIn: AppBuilding {
    private let answer: @Sendable (URL) async throws -> AppBuildAnswer
    let briefing: String?
    private let state = Mutex<(built: [App.ID], forgotten: [App.ID])>(([], []))

    init(briefing: String? = nil, _ answer: @escaping @Sendable (URL) async throws -> AppBuildAnswer) {
        self.briefing = briefing
        self.answer = answer
    }

    static let complete = AppBuildingStandIn { _ in
        AppBuildAnswer(
            text: #"{"status":"complete","summary":"s","fileCount":1,"totalBytes":1,"warning":null}"#,
            isComplete: true
        )
    }

    /// Builds until it is stopped.
    static var endless: AppBuildingStandIn {
        AppBuildingStandIn { _ in
            try await Task.sleep(for: .seconds(600))
            throw CancellationError()
        }
    }

    var built: [App.ID] { self.state.withLock(\.built) }
    var forgotten: [App.ID] { self.state.withLock(\.forgotten) }

    func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer {
        self.state.withLock { $0.built.append(appID) }
        progress("Bundling")
        return try await self.answer(workspace)
    }

    func forget(_ appID: App.ID) async throws {
        self.state.withLock { $0.forgotten.append(appID) }
    }
}
