package import Foundation

/// Finds programs; detection and running use the same one, so that they never disagree (spec 03 §17.1).
package struct ExecutableLocator: Sendable {
    private let environment: [String: String]
    private let folders: [String]

    /// - Parameters:
    ///   - environment: the worker's own, for `PATH`, `HOME` and the overrides such as `SECOND_CLAUDE_PATH`.
    ///   - toolFolders: folders that the product filled itself; they come before `PATH`.
    package init(environment: [String: String], toolFolders: [URL] = []) {
        self.environment = environment
        var folders = toolFolders.map { $0.path(percentEncoded: false) }
        folders += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        if let home = environment["HOME"], home.hasPrefix("/") {
            folders += [".local/bin", ".npm-global/bin", ".volta/bin", ".bun/bin"].map { "\(home)/\($0)" }
        }
        folders += ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        var seen: Set<String> = []
        // A relative folder would make the answer depend on where the server was started.
        self.folders = folders.filter { $0.hasPrefix("/") && seen.insert($0).inserted }
    }

    /// The folders that are searched, as a `PATH`.
    package var searchPath: String { self.folders.joined(separator: ":") }

    /// The program's path: the override if there is one, even when it leads nowhere, else the first find.
    package func locate(_ name: String, override variable: String? = nil) -> String? {
        if let variable, let path = self.environment[variable], !path.isEmpty {
            return Self.isExecutable(path) ? path : nil
        }
        return self.folders.lazy.map { "\($0)/\(name)" }.first(where: Self.isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return path.hasPrefix("/") && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
}
