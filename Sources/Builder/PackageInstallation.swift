import Foundation

/// What `node_modules` of a workspace is worth (spec 03 §4.4, step 4).
struct PackageInstallation: Sendable {
    let workspace: URL
    let packages: [String]

    /// No `node_modules`, no lock file, a `package.json` newer than the lock, or a declared package that is not there.
    func isNeeded() async throws -> Bool {
        try await BlockingWork.run { _ in
            guard Self.modified(self.path("node_modules"))?.isDirectory == true,
                let lock = Self.modified(self.path("package-lock.json")),
                let manifest = Self.modified(self.path("package.json"))
            else { return true }
            if manifest.time > lock.time { return true }
            return self.packages.contains { name in
                Self.modified(self.path("node_modules/\(name)/package.json")) == nil
            }
        }
    }

    func discard() async throws {
        // A task that is being cancelled cleans up all the same.
        let folder = self.workspace.appending(path: "node_modules")
        try await BlockingWork.run { _ in try BuildFolders.remove(folder) }
    }

    private func path(_ name: String) -> String {
        self.workspace.path(percentEncoded: false).trimmingSlash() + "/" + name
    }

    private static func modified(_ path: String) -> (time: Double, isDirectory: Bool)? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return (Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, status.st_mode & S_IFMT == S_IFDIR)
    }
}
