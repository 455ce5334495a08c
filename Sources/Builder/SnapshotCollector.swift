import Domain
package import Foundation

/// Reads a workspace directory into a snapshot (spec 03 §4.1 with 02 B3, B13 and 03 §22.12, §22.26).
///
/// Entries that start with a dot, the named directories, links, sockets and other specials are left out, and so are
/// the empty lock files that a coding tool's sandbox leaves behind. No link is ever followed, also not when one takes
/// a file's place while we read: every step opens relative to the folder before it and refuses links.
package struct SnapshotCollector: Sendable {
    /// Files that a sandbox puts there with nothing in them; only when empty are they left out.
    static let stubs: Set<String> = [
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock",
        "bunfig.toml",
    ]
    private static let maximumDepth = 64
    /// Folders, links and specials count as well: a workspace of a million empty folders would stand still in a walk.
    static let maximumEntries = 50_000

    private let maximumEntries: Int

    package init() {
        self.init(maximumEntries: Self.maximumEntries)
    }

    init(maximumEntries: Int) {
        self.maximumEntries = maximumEntries
    }

    /// Collects all files; throws `SnapshotRefusal` with every offender, or the system's error when it cannot read.
    ///
    /// A folder that is not there is an empty snapshot.
    package func collect(_ workspace: URL) async throws -> AppSnapshot {
        let path = workspace.path(percentEncoded: false)
        return try await BlockingWork.run { isCancelled in
            var walk = Walk(maximumEntries: self.maximumEntries, isCancelled: isCancelled)
            try walk.read(root: path)
            guard walk.violations.isEmpty else { throw SnapshotRefusal(violations: walk.violations) }
            return try AppSnapshot(files: walk.files)
        }
    }

    private struct Walk {
        let maximumEntries: Int
        let isCancelled: @Sendable () -> Bool
        var files: [SourceFile] = []
        var violations: [SnapshotRules.Violation] = []
        var total = 0
        var count = 0
        var entries = 0
        var isCutShort: Bool { self.entries > self.maximumEntries }

        init(maximumEntries: Int, isCancelled: @escaping @Sendable () -> Bool) {
            self.maximumEntries = maximumEntries
            self.isCancelled = isCancelled
        }

        mutating func read(root: String) throws {
            let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else {
                if errno == ENOENT { return }
                throw POSIXFailure(errno)
            }
            try self.read(directory: descriptor, prefix: "", depth: 0)
            if self.isCutShort {
                self.violations.append(.tooManyEntries(limit: self.maximumEntries))
            }
            if self.count > SnapshotRules.maximumFiles {
                self.violations.append(.tooManyFiles(count: self.count))
            }
            if self.total > SnapshotRules.maximumTotalBytes {
                self.violations.append(.totalTooLarge(bytes: self.total))
            }
        }

        /// Takes over the descriptor.
        private mutating func read(directory descriptor: Int32, prefix: String, depth: Int) throws {
            guard let stream = fdopendir(descriptor) else {
                let failure = POSIXFailure(errno)
                close(descriptor)
                throw failure
            }
            defer { closedir(stream) }
            for name in self.names(of: stream) {
                guard !self.isCutShort else { return }
                self.entries += 1
                guard !self.isCutShort else { return }
                if self.isCancelled() { throw CancellationError() }
                try self.read(entry: name, in: dirfd(stream), prefix: prefix, depth: depth)
            }
        }

        /// The names in byte order, each as its raw bytes.
        private func names(of stream: OpaquePointer) -> [[CChar]] {
            var names: [[CChar]] = []
            // One past the limit is enough to refuse the whole.
            while names.count <= self.maximumEntries, let entry = readdir(stream) {
                let name: [CChar] = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                    buffer.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
                }
                // The folder itself and the one above it are no entries.
                if name == [46] || name == [46, 46] { continue }
                names.append(name + [0])
            }
            return names.sorted { one, other in
                one.lazy.map { UInt8(bitPattern: $0) }.lexicographicallyPrecedes(
                    other.lazy.map { UInt8(bitPattern: $0) }
                )
            }
        }

        private mutating func read(entry name: [CChar], in parent: Int32, prefix: String, depth: Int) throws {
            guard name.first != CChar(bitPattern: UInt8(ascii: ".")) else { return }
            var status = stat()
            // Gone since the listing: nothing to store.
            guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
            let kind = status.st_mode & S_IFMT
            guard kind == S_IFDIR || kind == S_IFREG else { return }

            let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
            let text = String(validating: bytes, as: UTF8.self)
            let shown = prefix + (text ?? String(decoding: bytes, as: UTF8.self))
            if kind == S_IFDIR {
                if let text, SnapshotRules.skips(name: text, isDirectory: true) { return }
                let child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard child >= 0 else {
                    if errno == ENOENT || errno == ELOOP || errno == ENOTDIR { return }
                    throw POSIXFailure(errno)
                }
                guard text != nil, depth < SnapshotCollector.maximumDepth else {
                    close(child)
                    self.violations.append(.unusablePath(shown))
                    return
                }
                try self.read(directory: child, prefix: shown + "/", depth: depth + 1)
            } else {
                try self.read(file: name, named: text, shown: shown, in: parent)
            }
        }

        private mutating func read(file name: [CChar], named text: String?, shown: String, in parent: Int32) throws {
            let descriptor = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else {
                if errno == ENOENT || errno == ELOOP { return }
                throw POSIXFailure(errno)
            }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
            let size = Int(status.st_size)
            if size == 0, let text, SnapshotCollector.stubs.contains(text) { return }

            self.count += 1
            guard text != nil, let path = SourcePath(shown) else {
                self.violations.append(.unusablePath(shown))
                return
            }
            self.total += size
            guard size <= SnapshotRules.maximumFileBytes else {
                self.violations.append(.fileTooLarge(path, bytes: size))
                return
            }
            // Past a limit only names and sizes still matter.
            guard self.total <= SnapshotRules.maximumTotalBytes, self.count <= SnapshotRules.maximumFiles else {
                return
            }
            let bytes = try WorkspaceFile.contents(of: descriptor, expecting: size)
            self.total += bytes.count - size
            guard bytes.count <= SnapshotRules.maximumFileBytes else {
                self.violations.append(.fileTooLarge(path, bytes: bytes.count))
                return
            }
            self.files.append(SourceFile(path: path, bytes: bytes))
        }
    }
}
