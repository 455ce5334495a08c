package import Foundation

/// The folder that ships beside the binary: pages, the app template, the toolchain's own files, the demo's turns.
package struct ResourceFolder: Sendable, Equatable {
    package let root: URL

    package var web: URL { self.root.appendingPathComponent("Web") }
    package var appTemplate: URL { self.root.appendingPathComponent("AppTemplate") }
    package var toolchain: URL { self.root.appendingPathComponent("Toolchain") }
    package var demo: URL { self.root.appendingPathComponent("Demo") }

    /// The override, else `../share/second` beside the binary, else the first folder above it that holds the parts (a checkout).
    package static func locate(override: String?, executable: String) -> Self? {
        if let override {
            let folder = Self(root: URL(fileURLWithPath: override).standardizedFileURL)
            return folder.isComplete ? folder : nil
        }
        let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let start = FileManager.default.fileExists(atPath: binary.path) ? binary : URL(fileURLWithPath: executable)
        var folder = start.deletingLastPathComponent()
        let installed = Self(root: folder.deletingLastPathComponent().appendingPathComponent("share/second"))
        if installed.isComplete { return installed }
        while folder.path != "/" {
            let candidate = Self(root: folder)
            if candidate.isComplete { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private var isComplete: Bool {
        [self.web, self.appTemplate, self.toolchain].allSatisfy { folder in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory)
                && isDirectory.boolValue
        }
    }
}
