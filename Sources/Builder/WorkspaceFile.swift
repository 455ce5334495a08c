import Domain
import Foundation

/// A file at the top of a workspace, where an agent may put anything at any moment: links, pipes, files without an end.
struct WorkspaceFile: Sendable {
    let workspace: URL
    let name: String

    /// The content of the plain file of that name; `nil` when there is none, or one that no snapshot takes.
    func read() throws -> Data? {
        try self.inWorkspace { folder in
            // Without waiting: a pipe would keep us for ever.
            let file = openat(folder, self.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else {
                if errno == ENOENT || errno == ELOOP || errno == ENXIO { return nil }
                throw POSIXFailure(errno)
            }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                Int(status.st_size) <= SnapshotRules.maximumFileBytes
            else { return nil }
            let bytes = try Self.contents(of: file, expecting: Int(status.st_size))
            return bytes.count <= SnapshotRules.maximumFileBytes ? bytes : nil
        }
    }

    /// Gives the file this content: whole or not at all, and a link of that name is replaced, not used.
    func replace(with bytes: Data) throws {
        let temporary = ".second-\(self.name).tmp"
        try self.inWorkspace { folder in
            // Left over from a process that died.
            unlinkat(folder, temporary, 0)
            let file = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw POSIXFailure(errno) }
            do {
                let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
                try handle.write(contentsOf: bytes)
                try handle.close()
                guard renameat(folder, temporary, folder, self.name) == 0 else { throw POSIXFailure(errno) }
            } catch {
                unlinkat(folder, temporary, 0)
                throw error
            }
        }
    }

    private func inWorkspace<Result>(_ work: (Int32) throws -> Result) throws -> Result {
        let path = self.workspace.path(percentEncoded: false).trimmingSlash()
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw POSIXFailure(errno) }
        defer { close(folder) }
        return try work(folder)
    }

    /// Reads to the end, but never more than one byte past the limit of a file.
    static func contents(of descriptor: Int32, expecting size: Int) throws -> Data {
        var bytes = Data(count: min(size, SnapshotRules.maximumFileBytes) + 1)
        var filled = 0
        while true {
            let space = bytes.count - filled
            if space == 0 {
                guard filled <= SnapshotRules.maximumFileBytes else { return bytes }
                bytes.append(Data(count: min(65_536, SnapshotRules.maximumFileBytes + 1 - filled)))
                continue
            }
            let got = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress?.advanced(by: filled), space)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw POSIXFailure(errno)
            }
            if got == 0 { return bytes.prefix(filled) }
            filled += got
        }
    }
}
