package import Domain
package import Foundation
import Synchronization

/// A name as the file system knows it: any bytes, with the NUL at the end.
package typealias RawName = [CChar]

extension String {
    package var rawName: RawName { Array(self.utf8CString) }
}

/// An open directory below which everything is done relative to it and without following a single link.
///
/// An agent may write anything into its workspace and its home, links among it, while we work there: a path that was checked a
/// moment ago proves nothing, an open descriptor does (spec 03 §22.9).
package struct OpenFolder: ~Copyable, Sendable {
    package enum Kind: Sendable { case file, folder, other }

    private static let temporaries = Atomic(0)

    let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }

    /// Opens a folder of ours by its path; only the path's last part must not be a link.
    package static func open(_ path: String) throws -> OpenFolder {
        var path = path
        // With a slash at its end the last part would be followed.
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(at: path) }
        return OpenFolder(descriptor: descriptor)
    }

    /// Opens a folder of this one, never through a link.
    package borrowing func folder(_ name: RawName) throws -> OpenFolder {
        self.giveOwnerRights(to: name)
        let descriptor = openat(self.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(at: Self.shown(name)) }
        return OpenFolder(descriptor: descriptor)
    }

    /// The folder of that name, made with 0700 when it is not there.
    package borrowing func makingFolder(_ name: RawName) throws -> OpenFolder {
        guard mkdirat(self.descriptor, name, 0o700) == 0 || errno == EEXIST else { throw DiskFailure.last }
        return try self.folder(name)
    }

    /// The folder of that name with 0700, made when it is not there; a link, a file or whatever else stands there is
    /// removed, and what a link points to stays as it is.
    package borrowing func claimingFolder(_ name: RawName) throws -> OpenFolder {
        if let entry = self.entry(name), entry.kind != .folder { try self.remove(name) }
        let folder = try self.makingFolder(name)
        try folder.makePrivate()
        return folder
    }

    /// Gives this folder 0700.
    package borrowing func makePrivate() throws {
        guard fchmod(self.descriptor, 0o700) == 0 else { throw DiskFailure.last }
    }

    /// Gives a folder its owner's rights back where an agent took them: without, the folder can be neither opened nor
    /// moved, and the agent's app would never work again.
    ///
    /// A link is left alone, and so is what it points to: systems that cannot change an entry itself refuse. What is
    /// refused shows where the folder is opened.
    borrowing func giveOwnerRights(to name: RawName) {
        var status = stat()
        guard fstatat(self.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_mode & 0o700 != 0o700
        else { return }
        fchmodat(self.descriptor, name, 0o700, AT_SYMLINK_NOFOLLOW)
    }

    /// What has that name, itself and not what a link points to; `nil` when nothing has.
    package borrowing func entry(_ name: RawName) -> (kind: Kind, size: Int)? {
        var status = stat()
        guard fstatat(self.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        return (kind, Int(status.st_size))
    }

    /// All names but `.` and `..`.
    package borrowing func names() throws -> [RawName] {
        let copy = openat(self.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw DiskFailure.last }
        guard let stream = fdopendir(copy) else {
            let failure = DiskFailure.last
            close(copy)
            throw failure
        }
        defer { closedir(stream) }
        var names: [RawName] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name + [0]) }
        }
        return names
    }

    /// Moves an entry to a folder, in one step; what had the new name is replaced if it is no folder with content.
    package borrowing func move(_ name: RawName, to other: borrowing OpenFolder, as newName: RawName) throws {
        guard renameat(self.descriptor, name, other.descriptor, newName) == 0 else { throw DiskFailure.last }
    }

    /// Gives an existing or new file this content: whole or not at all, and a link of that name is replaced, not used.
    package borrowing func write(_ bytes: Data, to path: SourcePath) throws {
        try self.withParent(of: path.segments[...], making: true) { parent, name in
            if let entry = parent.entry(name), entry.kind == .folder { throw DiskFailure.obstructed(path.rawValue) }
            try parent.write(bytes, as: name, permissions: 0o644)
        }
    }

    /// The same for a file of this folder, with these permissions.
    package borrowing func write(_ bytes: Data, as name: RawName, permissions: mode_t) throws {
        let number = Self.temporaries.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = ".second-\(getpid())-\(number).tmp".rawName
        // Left over from an earlier process with our id.
        unlinkat(self.descriptor, temporary, 0)
        do {
            try self.fill(temporary, with: bytes, permissions: permissions)
            try self.move(temporary, to: self, as: name)
        } catch {
            unlinkat(self.descriptor, temporary, 0)
            throw error
        }
    }

    private borrowing func fill(_ name: RawName, with bytes: Data, permissions: mode_t) throws {
        let file = openat(self.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
        guard file >= 0 else { throw DiskFailure.last }
        var failure: DiskFailure?
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count, failure == nil {
                let count = Foundation.write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count >= 0 { written += count } else if errno != EINTR { failure = .last }
            }
        }
        // Some file systems say only now that there was no room.
        if close(file) != 0, failure == nil { failure = .last }
        if let failure { throw failure }
    }

    /// The content of a plain file of at most `limit` bytes; `nil` when there is none, or more.
    package borrowing func read(_ name: RawName, upTo limit: Int) throws -> Data? {
        let file = openat(self.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ELOOP || errno == ENXIO { return nil }
            throw DiskFailure.last
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) <= limit else {
            return nil
        }
        var content = Data()
        var piece = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = Foundation.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DiskFailure.last }
            guard count > 0 else { return content }
            content.append(contentsOf: piece[..<count])
            guard content.count <= limit else { return nil }
        }
    }

    /// Whether a plain file lies at the path, with no link on the way.
    package borrowing func hasFile(at path: SourcePath) -> Bool {
        // Whatever keeps us from looking means that there is no file of ours.
        (try? self.withParent(of: path.segments[...], making: false) { parent, name in
            parent.entry(name)?.kind == .file
        }) ?? false
    }

    private borrowing func withParent<Result>(
        of segments: ArraySlice<Substring>,
        making: Bool,
        _ body: (borrowing OpenFolder, RawName) throws -> Result
    ) throws -> Result {
        let name = String(segments[segments.startIndex]).rawName
        guard segments.count > 1 else { return try body(self, name) }
        let child = making ? try self.makingFolder(name) : try self.folder(name)
        return try child.withParent(of: segments.dropFirst(), making: making, body)
    }

    private static func failure(at name: String) -> DiskFailure {
        errno == ELOOP || errno == ENOTDIR ? .obstructed(name) : .last
    }

    private static func shown(_ name: RawName) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
