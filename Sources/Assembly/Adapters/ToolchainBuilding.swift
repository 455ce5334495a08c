package import Application
package import Builder
package import Domain
package import Foundation

/// Lets the worker build with the embedded toolchain.
package struct ToolchainBuilding: AppBuilding {
    private let builder: AppBuilder

    package init(builder: AppBuilder) {
        self.builder = builder
    }

    package var briefing: String? { self.builder.briefing }

    package func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer {
        let outcome = try await self.builder.build(workspace: workspace, app: appID.rawValue, summary: summary) {
            step in
            progress(step.line)
        }
        return AppBuildAnswer(text: outcome.toolText, isComplete: outcome.isComplete)
    }

    package func forget(_ appID: App.ID) async throws {
        try await self.builder.forget(app: appID.rawValue)
    }
}

/// Refuses builds while the toolchain is incomplete, with the command that mends it.
package struct MissingToolchain: AppBuilding {
    private let missing: [Toolchain.Missing]

    package init(missing: [Toolchain.Missing]) {
        self.missing = missing
    }

    package func build(
        _ workspace: URL,
        of appID: App.ID,
        summary: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> AppBuildAnswer {
        let lines = self.missing.map { "- \($0.part) is missing; an operator mends it with: \($0.remedy)" }
        return AppBuildAnswer(
            text: "The app cannot be built on this server, and nothing in its files can change that:\n"
                + lines.joined(separator: "\n"),
            isComplete: false
        )
    }

    package func forget(_ appID: App.ID) async throws {}
}

/// Lets the worker read workspaces by the builder's rules.
package struct CollectedSnapshots: WorkspaceSnapshotting {
    package init() {}

    package func files(in workspace: URL) async throws -> [SourceFile] {
        do {
            return try await SnapshotCollector().collect(workspace).files
        } catch let refusal as SnapshotRefusal {
            throw WorkerRefusal.snapshotRefused(refusal.message)
        }
    }
}

/// Makes preview documents with the toolchain's bridge script.
package struct ToolchainPreviews: PreviewDocumentMaking {
    private let script: Data

    /// Reads the bridge from the resources once.
    package init(bridge file: URL) throws {
        self.script = try Data(contentsOf: file)
    }

    package var bridgePath: String { PreviewDocument.bridgePath }

    package func bridge() async throws -> Data { self.script }

    package func document(index: Data, policy: String) -> Data {
        PreviewDocument.make(index: index, policy: policy)
    }
}
