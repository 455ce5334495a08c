package import Domain
package import Foundation

/// Builds an app in its workspace (spec 03 §4.4, 02 §13); the worker's `done_building` stands in front of it.
package protocol AppBuilding: Sendable {
    /// What a model must know of this builder before it writes, as a section of its system prompt; `nil` when there is
    /// nothing to know.
    var briefing: String? { get }

    /// Builds and checks; `progress` gets short lines for people who watch.
    ///
    /// - Throws: `CancellationError` after its processes are gone, or what the disk says; `dist` is then as it was.
    func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer

    /// Frees what is kept about an app that is gone.
    func forget(_ appID: App.ID) async throws
}

extension AppBuilding {
    package var briefing: String? { nil }
}

/// What `done_building` tells the model.
package struct AppBuildAnswer: Sendable, Equatable {
    /// `{"status":"complete","summary":…,"fileCount":…,"totalBytes":…,"hash":…,"warning":…|null}` when complete, with the
    /// hash over all files exactly as they were built; else prose that names every problem with its place.
    package var text: String
    package var isComplete: Bool

    package init(text: String, isComplete: Bool) {
        self.text = text
        self.isComplete = isComplete
    }
}

/// Reads a workspace as it may be saved (spec 03 §4.1).
package protocol WorkspaceSnapshotting: Sendable {
    /// All files by the rules of `SnapshotRules`; a directory that is not there has none.
    ///
    /// - Throws: `WorkerRefusal.snapshotRefused` with every offender and the limits.
    func files(in workspace: URL) async throws -> [SourceFile]
}
