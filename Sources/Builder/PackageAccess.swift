package import Foundation

/// The operator's leave to build apps with npm, and where packages come from.
package struct PackageAccess: Sendable, Equatable {
    /// Absolute path of `npm`.
    package var npm: String
    /// `nil` is npm's own default.
    package var registry: URL?
    package var installTimeLimit: Duration
    package var scriptTimeLimit: Duration

    package init(
        npm: String,
        registry: URL? = nil,
        installTimeLimit: Duration = .seconds(120),
        scriptTimeLimit: Duration = .seconds(180)
    ) {
        self.npm = npm
        self.registry = registry
        self.installTimeLimit = installTimeLimit
        self.scriptTimeLimit = scriptTimeLimit
    }

    /// The file behind `bin/npm`, which looks for its parts beside itself.
    var program: String {
        URL(filePath: self.npm).resolvingSymlinksInPath().path(percentEncoded: false)
    }

    /// What a sandbox must show to npm, and not more: its package, and the folder of programs that it shares with Node.
    var readableFolders: [String] {
        let programs = URL(filePath: self.npm).deletingLastPathComponent()
        let file = URL(filePath: self.program)
        let package = file.deletingLastPathComponent().deletingLastPathComponent()
        let isPackage = FileManager.default.fileExists(atPath: package.appending(path: "package.json").path)
        let isShared =
            programs.lastPathComponent == "bin"
            && FileManager.default.fileExists(atPath: programs.appending(path: "node").path)
        return [isPackage ? package : file, isShared ? programs : file]
            .map { $0.path(percentEncoded: false).trimmingSlash() }
    }
}
