import Domain
import Folders
import Foundation
import RuntimeProtocols

/// Throw-away folders of self-tests, `self-test-<name>` each with a workspace and a home, 0700 as those of apps are.
struct SelfTestFolders: Sendable {
    struct Place: Sendable {
        var workspace: URL
        var home: RuntimeHome
    }

    private static let prefix = "self-test-"

    private let directory: WorkspaceDirectory
    private let wallClock: WallClock

    init(parent: URL, wallClock: WallClock) {
        self.directory = WorkspaceDirectory(root: parent)
        self.wallClock = wallClock
    }

    func make(_ name: String) async throws -> Place {
        let key = Self.key(name)
        try await self.directory.inside(key) { folder in
            _ = try folder.makingFolder("workspace".rawName)
            _ = try folder.makingFolder("home".rawName)
        }
        let root = self.directory.url(of: key)
        return Place(
            workspace: root.appending(path: "workspace", directoryHint: .isDirectory),
            home: RuntimeHome(root: root.appending(path: "home", directoryHint: .isDirectory))
        )
    }

    func remove(_ name: String) async throws {
        try await self.directory.remove(Self.key(name))
    }

    /// Removes what processes left that died in the middle of a test, or of its removal; what another process works on
    /// is younger.
    func removeLeftovers(olderThan age: Duration) async {
        let root = self.directory.root
        let limit = self.wallClock.now.date.addingTimeInterval(-Double(age.components.seconds))
        // What cannot be listed or removed now is at the next test.
        let names = try? await FileThreads.run {
            try FileManager.default.contentsOfDirectory(
                at: root,
                includingPropertiesForKeys: [.contentModificationDateKey]
            )
            .filter { file in
                let isOurs = [Self.prefix, OpenFolder.leftoverPrefix].contains { file.lastPathComponent.hasPrefix($0) }
                guard isOurs else { return false }
                let values = try file.resourceValues(forKeys: [.contentModificationDateKey])
                return values.contentModificationDate.map { $0 < limit } ?? false
            }
            .map(\.lastPathComponent)
        }
        for name in names ?? [] { try? await self.directory.remove(WorkspaceKey(rawValue: name)) }
    }

    private static func key(_ name: String) -> WorkspaceKey { WorkspaceKey(rawValue: self.prefix + name) }
}
