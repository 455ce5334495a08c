package import Domain
package import Foundation

/// What a new app starts from; read once at start, so that a missing template is found before any app is.
package struct AppTemplate: Sendable {
    package let files: [SourceFile]

    package init(files: [SourceFile]) {
        self.files = files
    }

    /// Reads the folder; blocking, for the start of the process only.
    ///
    /// - Throws: What the file system says, or `SnapshotRules.Violation` when the template could not be saved.
    package init(folder: URL) throws {
        let root = folder.path(percentEncoded: false)
        let files = try Self.read(root, prefix: "").sorted { $0.path < $1.path }
        if let violation = SnapshotRules.violations(in: files).first { throw violation }
        guard !files.isEmpty else { throw CocoaError(.fileReadNoSuchFile) }
        self.files = files
    }

    private static func read(_ folder: String, prefix: String) throws -> [SourceFile] {
        var files: [SourceFile] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let item = folder + "/" + name
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: item, isDirectory: &isDirectory),
                !SnapshotRules.skips(name: name, isDirectory: isDirectory.boolValue)
            else { continue }
            if isDirectory.boolValue {
                files += try self.read(item, prefix: prefix + name + "/")
            } else {
                guard let path = SourcePath(prefix + name) else {
                    throw SnapshotRules.Violation.unusablePath(prefix + name)
                }
                files.append(SourceFile(path: path, bytes: try Data(contentsOf: URL(filePath: item))))
            }
        }
        return files
    }
}
