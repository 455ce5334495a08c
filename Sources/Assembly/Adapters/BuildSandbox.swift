import Builder
import Foundation
import Runtimes

/// Puts each program of a build into bubblewrap (spec 03 §22.1, §22.30).
///
/// A program sees the system, its toolchain and what its step works on. It has processes, temporary files and a network
/// of its own; only the installation of packages gets the machine's network. When the server ends, by whatever signal,
/// so does everything in there.
struct BuildSandbox: Sendable {
    /// A folder that would show what the platform keeps, or the machine as a whole.
    struct TooWide: Error, CustomStringConvertible {
        let folder: String
        var description: String { "A build must not see \(self.folder), which contains data of the platform." }
    }

    private let sandbox: Sandbox
    private let dataFolder: String

    init(_ sandbox: Sandbox, dataFolder: URL) {
        self.sandbox = sandbox
        self.dataFolder = Self.path(dataFolder.path(percentEncoded: false))
    }

    /// The wrapper for `AppBuilder`; without a usable sandbox, which only a local installation may go on without, programs
    /// run as they are.
    static func wrapper(_ finding: SandboxProbe.Finding, dataFolder: URL) -> CommandWrapper {
        guard case .usable(let sandbox) = finding else { return { $0 } }
        let box = Self(sandbox, dataFolder: dataFolder)
        return { try box.wrap($0) }
    }

    func wrap(_ command: ToolCommand) throws -> ToolCommand {
        try Self.check(command.readableFolders + command.writableFolders, dataFolder: self.dataFolder)
        let inside = self.sandbox.wrap(
            .init(executable: command.executable, arguments: command.arguments),
            readable: command.readableFolders,
            writable: command.writableFolders,
            workingDirectory: command.workingDirectory,
            sharesNetwork: command.needsNetwork
        )
        var wrapped = command
        wrapped.executable = inside.executable
        wrapped.arguments = inside.arguments
        // Entered inside; outside the sandbox's own program needs no folder.
        wrapped.workingDirectory = "/"
        return wrapped
    }

    /// Throws `TooWide` when one of the folders is around the data folder.
    static func check(_ folders: [String], dataFolder: String) throws {
        let inside = self.path(dataFolder) + "/"
        for folder in folders {
            let path = self.path(folder)
            guard path != "/", !inside.hasPrefix(path + "/") else { throw TooWide(folder: folder) }
        }
    }

    private static func path(_ path: String) -> String {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        return resolved.count > 1 && resolved.hasSuffix("/") ? String(resolved.dropLast()) : resolved
    }
}
