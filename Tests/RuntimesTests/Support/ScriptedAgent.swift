import Domain
import Foundation
import Logging
import RuntimeProtocols

@testable import Runtimes

/// A shell script in the place of the CLI, in folders of its own that are removed afterwards.
struct ScriptedAgent: Sendable {
    let root: URL
    let turn: TurnRequest
    private let executable: String

    static func with(_ script: String, _ body: (ScriptedAgent) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "scripted-agent-\(UUID().uuidString)", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: root) }  // Left over in the worst case.
        // A script that ends without reading closes its input; in a server the first socket sees to this.
        signal(SIGPIPE, SIG_IGN)
        try await body(try ScriptedAgent(root: root, script: script))
    }

    private init(root: URL, script: String) throws {
        self.root = root
        let workspace = root.appending(path: "workspaces/app", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
        let file = root.appending(path: "agent")
        try Data("#!/bin/bash\n\(script)\n".utf8).write(to: file)
        self.executable = file.path(percentEncoded: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self.executable)
        self.turn = TurnRequest(
            key: "app",
            prompt: "go",
            systemPrompt: "You build apps.",
            settings: .standard,
            maxTurns: 1,
            resume: nil,
            workspace: workspace,
            home: RuntimeHome(root: root.appending(path: "homes/app", directoryHint: .isDirectory)),
            builtInTools: [],
            toolServers: [],
            approvalTools: [],
            stopsForApproval: { _, _ in false }
        )
    }

    var home: URL { self.turn.home.root }

    /// Runs a turn; a script says nothing, so it fails.
    func run(_ provider: ClaudeCodeConfiguration.Provider) async {
        let configuration = ClaudeCodeConfiguration(
            executable: self.executable,
            provider: provider,
            containment: .none
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        // It has no result to give.
        try? await ClaudeCodeRuntime(configuration, logger: logger).run(self.turn) { _ in }
    }

    func folder(_ path: String) throws -> URL {
        let folder = self.root.appending(path: path, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    func text(_ file: URL) -> String? {
        // Nothing there: no text.
        try? String(contentsOf: file, encoding: .utf8)
    }

    func mode(_ file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false))[.posixPermissions] as? Int
    }
}
