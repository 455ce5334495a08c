import Domain
import Folders
import Foundation
import RuntimeProtocols

/// What one turn puts into the private home of an app's agent, all of it 0600 or 0700.
///
/// The agent may write anything into its home, links among it. So nothing here goes by a path below the home: folders
/// are opened one by one without following a link, and what a turn put there is taken away through the folders that it
/// opened, wherever the agent has moved them (spec 03 §22.7, §22.9).
final class ClaudePrivateFiles: Sendable {
    private static let credentials = ".credentials.json".rawName
    private static let (turn, temporary) = ("turn".rawName, "tmp".rawName)
    private static let (systemPrompt, toolServers) = ("system-prompt.md".rawName, "tool-servers.json".rawName)

    /// Where the child finds them.
    let systemPromptPath: String
    let toolServersPath: String
    let temporaryPath: String

    private let home: OpenFolder
    private let turnFolder: OpenFolder
    private let configuration: OpenFolder
    private let login: BorrowedLogin?

    /// Lays out the home and writes the files; what an earlier turn or the agent left in their place is removed.
    init(for turn: TurnRequest, provider: ClaudeCodeConfiguration.Provider) throws {
        let path = turn.home.root.path(percentEncoded: false).withoutTrailingSlash
        self.systemPromptPath = "\(path)/turn/system-prompt.md"
        self.toolServersPath = "\(path)/turn/tool-servers.json"
        self.temporaryPath = "\(path)/tmp"
        // The parents are ours: no agent writes there.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let home = try OpenFolder.open(path)
        try home.makePrivate()
        // Copies of logins are among what a process leaves that dies.
        try home.removeLeftovers()
        try home.remove(Self.turn)
        try home.remove(Self.temporary)
        _ = try home.claimingFolder(Self.temporary)
        let turnFolder = try home.claimingFolder(Self.turn)
        let configuration = try home.claimingFolder(".claude".rawName)
        try configuration.removeLeftovers()
        try turnFolder.write(Data(turn.systemPrompt.utf8), as: Self.systemPrompt, permissions: 0o600)
        let servers = try ClaudeCommandLine.toolServers(turn.toolServers).encoded()
        try turnFolder.write(servers, as: Self.toolServers, permissions: 0o600)
        if case .login(let original) = provider {
            let login = try BorrowedLogin(original)
            try configuration.remove(Self.credentials)
            try configuration.write(login.copy, as: Self.credentials, permissions: 0o600)
            self.login = login
        } else {
            self.login = nil
        }
        self.home = home
        self.turnFolder = turnFolder
        self.configuration = configuration
    }

    /// The tokens are no longer needed on disk.
    func removeToolServers() {
        // Removed with the turn's folder in any case.
        try? self.turnFolder.remove(Self.toolServers)
    }

    /// Leaves only what a resumed session needs.
    ///
    /// - Returns: whether the turn had a login and refreshed it, so that the person's own was brought up to date.
    @discardableResult
    func removeAll() -> Bool {
        // Gone already is as good, everywhere here; what cannot be removed now is before the next turn.
        for name in [Self.systemPrompt, Self.toolServers] { try? self.turnFolder.remove(name) }
        for name in [Self.turn, Self.temporary] { try? self.home.remove(name) }
        guard let login else { return false }
        // One that cannot be read was not refreshed for us.
        let used = try? self.configuration.read(Self.credentials, upTo: BorrowedLogin.maximumBytes)
        try? self.configuration.remove(Self.credentials)
        guard let used = used ?? nil else { return false }
        // Where the original cannot be written the person logs in again.
        return (try? login.keep(used)) ?? false
    }
}
