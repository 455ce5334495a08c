import Foundation

/// The files below a folder with their paths relative to it, in the order of the paths.
enum FolderListing {
    static func files(in folder: URL) throws -> [(path: String, url: URL)] {
        try self.paths(in: folder, below: "").sorted().map { path in
            (path: path, url: folder.appendingPathComponent(path))
        }
    }

    private static func paths(in folder: URL, below prefix: String) throws -> [String] {
        let keys: [URLResourceKey] = [.isDirectoryKey]
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: keys)
            .flatMap { entry in
                let path = prefix + entry.lastPathComponent
                let isFolder = try entry.resourceValues(forKeys: Set(keys)).isDirectory ?? false
                return isFolder ? try self.paths(in: entry, below: path + "/") : [path]
            }
    }
}
