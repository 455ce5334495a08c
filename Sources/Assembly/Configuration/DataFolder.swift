package import Foundation

/// The embedded shape's folder: store, keys, toolchain, workspaces, private homes.
///
/// Every folder in it has mode 0700.
package struct DataFolder: Sendable, Equatable {
    package let root: URL

    /// `path` may start with `~/`; `nil` is `~/.second`.
    package init(at path: String?) {
        let home = FileManager.default.homeDirectoryForCurrentUser
        switch path {
        case nil: self.root = home.appendingPathComponent(".second")
        case let path? where path.hasPrefix("~/"): self.root = home.appendingPathComponent(String(path.dropFirst(2)))
        case let path?: self.root = URL(fileURLWithPath: path).standardizedFileURL
        }
    }

    package var database: URL { self.root.appendingPathComponent("second.sqlite") }
    package var toolchain: URL { self.root.appendingPathComponent("toolchain") }
    package var workspaces: URL { self.root.appendingPathComponent("workspaces") }
    package var homes: URL { self.root.appendingPathComponent("homes") }
    package var caches: URL { self.root.appendingPathComponent("caches") }
    package var sessionSecret: URL { self.root.appendingPathComponent("session-secret") }
    package var previewSecret: URL { self.root.appendingPathComponent("preview-secret") }
    /// What web and worker of one machine share in development.
    package var internalToken: URL { self.root.appendingPathComponent("internal-token") }
    /// The name by which the registry knows this folder's worker.
    package var workerName: URL { self.root.appendingPathComponent("worker-name") }
    /// What the self-tests of the runtimes found.
    package var selfTests: URL { self.root.appendingPathComponent("runtime-self-tests.json") }
    private var lock: URL { self.root.appendingPathComponent("lock") }

    /// Why the folder cannot be used; the description is the one line that the operator sees.
    package enum Unusable: Error, CustomStringConvertible, Equatable {
        case cannotCreate(String, reason: String)
        case notWritable(String)
        case inUse(String)

        package var description: String {
            switch self {
            case .cannotCreate(let path, let reason): "The data folder \(path) cannot be made: \(reason)"
            case .notWritable(let path): "The data folder \(path) is read-only or full; Second needs to write there."
            case .inUse(let path): "Another Second is running on the data folder \(path)."
            }
        }
    }

    /// Makes the folder itself, for processes that only keep a secret in it; takes no lock.
    package func make() throws {
        do {
            try FileManager.default.createDirectory(
                at: self.root,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Unusable.cannotCreate(self.root.path, reason: Self.reason(error))
        }
    }

    /// Makes the folder and its parts with mode 0700, checks that it can be written, and takes its lock.
    ///
    /// The lock is held as long as the returned value lives and is freed by the system when the process ends.
    package func open() throws -> DataFolderLock {
        do {
            for folder in [self.root, self.workspaces, self.homes, self.caches] {
                try FileManager.default.createDirectory(
                    at: folder,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            }
        } catch {
            throw Unusable.cannotCreate(self.root.path, reason: Self.reason(error))
        }
        let probe = self.root.appendingPathComponent(".probe")
        do {
            try Data(repeating: 0, count: 65_536).write(to: probe)
            try FileManager.default.removeItem(at: probe)
        } catch {
            throw Unusable.notWritable(self.root.path)
        }
        guard let lock = DataFolderLock(at: self.lock.path) else { throw Unusable.inUse(self.root.path) }
        return lock
    }

    private static func reason(_ error: any Error) -> String {
        (error as NSError).localizedFailureReason ?? "not permitted"
    }
}

/// Holds a data folder for one process.
package final class DataFolderLock: Sendable {
    private let descriptor: Int32

    init?(at path: String) {
        let descriptor = Foundation.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }
}
