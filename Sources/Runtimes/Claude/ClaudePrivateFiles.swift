import Domain
import Foundation
import RuntimeProtocols

/// What one turn puts into the private home of an app's agent, all of it 0600 or 0700.
struct ClaudePrivateFiles: Sendable {
    let home: RuntimeHome
    let temporary: URL
    let systemPrompt: URL
    let toolServers: URL

    /// Lays out the home and writes the files.
    init(for turn: TurnRequest, provider: ClaudeCodeConfiguration.Provider) throws {
        self.home = turn.home
        let folder = turn.home.root.appending(path: "turn", directoryHint: .isDirectory)
        self.temporary = turn.home.root.appending(path: "tmp", directoryHint: .isDirectory)
        self.systemPrompt = folder.appending(path: "system-prompt.md")
        self.toolServers = folder.appending(path: "tool-servers.json")
        for directory in [turn.home.root, turn.home.claudeConfiguration, folder, self.temporary] {
            try FileManager.default.createDirectory(
                at: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            // A folder that was there keeps its mode otherwise.
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: directory.path(percentEncoded: false)
            )
        }
        try Self.write(Data(turn.systemPrompt.utf8), to: self.systemPrompt)
        try Self.write(ClaudeCommandLine.toolServers(turn.toolServers).encoded(), to: self.toolServers)
        if case .login(let credentials) = provider {
            let copy = turn.home.claudeConfiguration.appending(path: ".credentials.json")
            try Self.write(Data(contentsOf: credentials), to: copy)
        }
    }

    /// The tokens are no longer needed on disk.
    func removeToolServers() {
        // Removed with the turn's folder in any case.
        try? FileManager.default.removeItem(at: self.toolServers)
    }

    /// Leaves only what a resumed session needs.
    func removeAll(provider: ClaudeCodeConfiguration.Provider) {
        for file in [self.systemPrompt, self.toolServers, self.temporary] {
            // Gone already is as good.
            try? FileManager.default.removeItem(at: file)
        }
        if case .login = provider {
            let copy = self.home.claudeConfiguration.appending(path: ".credentials.json")
            // Gone already is as good.
            try? FileManager.default.removeItem(at: copy)
        }
    }

    private static func write(_ bytes: Data, to file: URL) throws {
        let path = file.path(percentEncoded: false)
        // An old file, or a link that somebody put there, must not keep its mode or target.
        try? FileManager.default.removeItem(atPath: path)
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: bytes,
                attributes: [.posixPermissions: 0o600]
            )
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
    }
}
