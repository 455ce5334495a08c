/// A program of the toolchain about to be started: what it is, and all that it needs of the machine.
///
/// The caller of `AppBuilder` may wrap it, for example into a sandbox that shows nothing but these folders.
package struct ToolCommand: Sendable, Equatable {
    /// Absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    /// Absolute path.
    package var workingDirectory: String
    /// Folders and files to be read, beside the system's own.
    package var readableFolders: [String]
    /// Folders to be read and written.
    package var writableFolders: [String]
    package var needsNetwork: Bool

    package init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        workingDirectory: String,
        readableFolders: [String] = [],
        writableFolders: [String] = [],
        needsNetwork: Bool = false
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.readableFolders = readableFolders
        self.writableFolders = writableFolders
        self.needsNetwork = needsNetwork
    }
}

/// Turns a command into the one that is really started.
package typealias CommandWrapper = @Sendable (ToolCommand) throws -> ToolCommand
