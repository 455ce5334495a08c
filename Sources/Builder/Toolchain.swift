package import Foundation

/// The folder with everything that apps are built with, made by `scripts/toolchain/install` (spec 03 §4).
///
/// Nothing in it is written to while apps are built.
package struct Toolchain: Sendable, Equatable {
    package let folder: URL

    init(folder: URL) {
        self.folder = folder
    }

    var node: String { self.path("node") }
    var esbuild: String { self.path("esbuild") }
    var tailwind: String { self.path("tailwindcss") }
    var libraries: String { self.path("node_modules") }
    var typeCheckProgram: String { self.path("check/program.js") }
    var typeCheckSnapshot: String { self.path("check/snapshot.blob") }

    /// Everything that a sandbox must show to the toolchain's programs: the folder, and the programs that its links
    /// lead to.
    ///
    /// Not the folders of those programs: what else lies there may be the platform's.
    package var readableFolders: [String] {
        [self.path("").trimmingSlash()] + Set([self.node, self.esbuild].compactMap(self.target)).sorted()
    }

    /// The first file outside of the folder and the system to which the program leads, link by link; `nil` when there is
    /// none.
    ///
    /// Under that name it is looked for, also where it is a link itself.
    private func target(of program: String) -> String? {
        var path = program
        // More links in a row no system follows.
        for _ in 0..<40 {
            // No link: the program itself.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
            let folder = URL(filePath: path).deletingLastPathComponent()
            path = URL(filePath: target, relativeTo: folder).absoluteURL.standardized.path(percentEncoded: false)
            let shown = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/etc/alternatives/", self.path("")]
            if !shown.contains(where: path.hasPrefix) { return path }
        }
        return nil
    }

    /// The Claude Code command line, when the install script fetched it.
    package var claude: URL? {
        let file = self.folder.appending(path: "claude")
        return FileManager.default.isExecutableFile(atPath: file.path) ? file : nil
    }

    /// The script that every preview loads first; see `PreviewDocument`.
    package func previewBridge() throws -> Data {
        try Data(contentsOf: self.folder.appending(path: "preview/bridge.js"))
    }

    /// The files that a new app starts from.
    package func template() async throws -> AppSnapshot {
        try await SnapshotCollector().collect(self.folder.appending(path: "template"))
    }

    func path(_ name: String) -> String {
        self.folder.path(percentEncoded: false).trimmingSlash() + "/" + name
    }
}

extension Toolchain {
    /// A part that is not there, and the command that mends it.
    package struct Missing: Sendable, Equatable {
        package let part: String
        package let remedy: String
    }

    package enum Location: Sendable, Equatable {
        /// Everything needed is there; `remarks` name what is slower or less than it could be.
        case ready(Toolchain, remarks: [Missing])
        case incomplete([Missing])
    }

    /// Looks at the folder and says what is missing.
    package static func locate(in folder: URL) -> Location {
        let toolchain = Self(folder: folder.resolvingSymlinksInPath())
        let files = FileManager.default
        let make = "scripts/toolchain/install \(folder.path(percentEncoded: false).trimmingSlash())"
        let packages = "sudo apt-get install -y nodejs esbuild node-react node-react-dom node-typescript"

        var missing: [Missing] = []
        for (part, name) in [("Node", "node"), ("esbuild", "esbuild"), ("Tailwind", "tailwindcss")]
        where !files.isExecutableFile(atPath: toolchain.path(name)) {
            // A link that leads nowhere: the package was removed after the folder was made.
            let isDangling = (try? files.destinationOfSymbolicLink(atPath: toolchain.path(name))) != nil  // Not a link.
            missing.append(Missing(part: part, remedy: isDangling ? "\(packages) && \(make)" : make))
        }
        let parts = [
            ("React", "node_modules/react/package.json"), ("React DOM", "node_modules/react-dom/package.json"),
            ("the type checker", "check/program.js"), ("the app template", "template/package.json"),
            ("the preview's bridge", "preview/bridge.js"),
        ]
        for (part, name) in parts where !files.isReadableFile(atPath: toolchain.path(name)) {
            missing.append(Missing(part: part, remedy: make))
        }
        guard missing.isEmpty else { return .incomplete(missing) }

        var remarks: [Missing] = []
        if !files.isReadableFile(atPath: toolchain.typeCheckSnapshot) {
            remarks.append(Missing(part: "the type checker's start-up snapshot (builds start slower)", remedy: make))
        }
        return .ready(toolchain, remarks: remarks)
    }
}

extension String {
    func trimmingSlash() -> String {
        self.count > 1 && self.hasSuffix("/") ? String(self.dropLast()) : self
    }
}
