import Folders
package import Foundation
package import RuntimeProtocols

/// The private homes of the agents, `<data>/homes/<key>`, 0700 (spec 03 §22.2, §22.7).
package struct RuntimeHomes: Sendable {
    private let directory: WorkspaceDirectory

    package init(root: URL) {
        self.directory = WorkspaceDirectory(root: root)
    }

    package func prepare() async throws {
        try await self.directory.prepare()
    }

    /// The app's home, made if need be.
    package func home(of key: WorkspaceKey) async throws -> RuntimeHome {
        try await self.directory.inside(key) { _ in }
        return RuntimeHome(root: self.directory.url(of: key))
    }

    package func remove(_ key: WorkspaceKey) async throws {
        try await self.directory.remove(key)
    }

    func inside<Result: Sendable>(
        _ key: WorkspaceKey,
        _ work: @escaping @Sendable (borrowing OpenFolder) throws -> Result
    ) async throws -> Result {
        try await self.directory.inside(key, work)
    }
}
