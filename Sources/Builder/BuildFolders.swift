import Domain
import Foundation

/// The builder's private folders: one for each app, which no app and no agent sees.
struct BuildFolders: Sendable {
    /// What a build of one app works in.
    struct OfApp: Sendable {
        let root: URL
        /// HOME of the programs.
        let home: URL
        var homePath: String { self.home.path(percentEncoded: false).trimmingSlash() }
        /// The copy of the sources that is built.
        var stage: URL { self.root.appending(path: "stage", directoryHint: .isDirectory) }
        /// What bundler and style compiler write.
        ///
        /// Not in the stage: Tailwind looks for class names in all that is there.
        var made: URL { self.root.appending(path: "made", directoryHint: .isDirectory) }
        /// The output, until it takes its place.
        var dist: URL { self.root.appending(path: "dist", directoryHint: .isDirectory) }
        var replaced: URL { self.root.appending(path: "replaced", directoryHint: .isDirectory) }
        var packageCache: URL { self.root.appending(path: "packages", directoryHint: .isDirectory) }
    }

    let root: URL

    func prepareRoot() async throws {
        try await BlockingWork.run { _ in
            try Self.make(self.root)
            try Self.make(self.root.appending(path: "checker"))
        }
    }

    /// Makes the app's folders, empty but for its package cache.
    func open(app: String) async throws -> OfApp {
        let root = self.root.appending(path: self.name(of: app), directoryHint: .isDirectory)
        let folders = OfApp(root: root, home: root.appending(path: "home", directoryHint: .isDirectory))
        try await BlockingWork.run { _ in
            try Self.make(self.root)
            try Self.make(self.root.appending(path: "checker"))
            try Self.make(root)
            for folder in [folders.stage, folders.made, folders.dist, folders.replaced, folders.home] {
                try Self.remove(folder)
            }
            for folder in [folders.stage, folders.made, folders.home, folders.packageCache] { try Self.make(folder) }
        }
        return folders
    }

    func remove(app: String) async throws {
        let folder = self.root.appending(path: self.name(of: app))
        try await BlockingWork.run { _ in try Self.remove(folder) }
    }

    /// The app's name where it is a plain one, otherwise its hash: no name leads out of the folder.
    private func name(of app: String) -> String {
        let isPlain =
            (1...80).contains(app.utf8.count)
            && app.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
                    || byte == 45
            }
        return isPlain ? "app-" + app : "hash-" + ContentHash(of: Array(app.utf8)).rawValue
    }

    static func make(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Removes what is there, a link as a link; nothing there is fine.
    static func remove(_ item: URL) throws {
        var status = stat()
        guard lstat(item.path(percentEncoded: false).trimmingSlash(), &status) == 0 else { return }
        try FileManager.default.removeItem(atPath: item.path(percentEncoded: false).trimmingSlash())
    }

    /// Writes files below a folder of ours.
    static func write(_ files: [SourceFile], to folder: URL) throws {
        let root = folder.path(percentEncoded: false).trimmingSlash()
        var made: Set<String> = []
        for file in files {
            let path = root + "/" + file.path.rawValue
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            if made.insert(parent).inserted {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            }
            guard let stream = fopen(path, "wb") else { throw POSIXFailure(errno) }
            let written = file.bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
            let failure = errno
            guard fclose(stream) == 0, written == file.bytes.count else { throw POSIXFailure(failure) }
        }
    }
}
