package import Domain
package import Foundation

/// Everything that a runtime needs for one turn (spec 03 §2.1, §10, §13).
package struct TurnRequest: Sendable {
    /// Names the app or the disposable job among all of this worker: letters, digits, `_` and `-`.
    package var key: String
    /// Goes to the agent by stdin or file, never by argument (spec 03 §22.33).
    package var prompt: String
    package var systemPrompt: String
    /// Normalised against the registry.
    package var settings: RuntimeSettings
    package var maxTurns: Int
    /// The native session to continue; `nil` starts a fresh one.
    package var resume: String?
    /// The one directory the agent may write to; it exists.
    package var workspace: URL
    package var home: RuntimeHome
    /// Canonical names of built-in tools (spec 03 §5); every other built-in tool must be out of reach.
    package var builtInTools: [String]
    package var toolServers: [ToolServerEndpoint]
    /// Canonical names of the tools whose good result ends the turn.
    package var approvalTools: [String]
    /// Whether this result of an approval tool is a good one (spec 03 §6.7, §22.21).
    package var stopsForApproval: @Sendable (_ tool: String, _ result: JSONValue) -> Bool

    package init(
        key: String,
        prompt: String,
        systemPrompt: String,
        settings: RuntimeSettings,
        maxTurns: Int,
        resume: String?,
        workspace: URL,
        home: RuntimeHome,
        builtInTools: [String],
        toolServers: [ToolServerEndpoint],
        approvalTools: [String],
        stopsForApproval: @escaping @Sendable (_ tool: String, _ result: JSONValue) -> Bool
    ) {
        self.key = key
        self.prompt = prompt
        self.systemPrompt = systemPrompt
        self.settings = settings
        self.maxTurns = maxTurns
        self.resume = resume
        self.workspace = workspace
        self.home = home
        self.builtInTools = builtInTools
        self.toolServers = toolServers
        self.approvalTools = approvalTools
        self.stopsForApproval = stopsForApproval
    }

    /// The canonical names of all tools on offer, such as `Read` and `mcp__second__present_plan`.
    package var allowedTools: [String] {
        self.builtInTools + self.toolServers.flatMap { server in server.tools.map { server.canonicalName(of: $0) } }
    }
}

/// A server of tools for one turn (spec 03 §7): streamable HTTP with plain JSON answers.
package struct ToolServerEndpoint: Sendable {
    /// `second`, `app_tools` or `app_data`.
    package var name: String
    package var url: URL
    /// Sent as `Authorization: Bearer`; opens this server in this turn and nothing else.
    ///
    /// Never in an argument, the environment or the workspace of a child.
    package var token: Secret<String>
    /// Bare names.
    package var tools: [String]

    package init(name: String, url: URL, token: Secret<String>, tools: [String]) {
        self.name = name
        self.url = url
        self.token = token
        self.tools = tools
    }

    package func canonicalName(of tool: String) -> String { "mcp__\(self.name)__\(tool)" }
}

/// The private home of an app's agent (spec 03 §22.2, §22.7): 0700, not under a temporary folder, seen by no other app.
///
/// The worker makes and removes `root`; the runtimes lay out what is inside.
package struct RuntimeHome: Sendable, Equatable {
    package var root: URL

    package init(root: URL) {
        self.root = root
    }

    /// `CLAUDE_CONFIG_DIR`, with transcripts in `projects/<key>/<session>.jsonl` below it.
    package var claudeConfiguration: URL { self.root.appending(path: ".claude", directoryHint: .isDirectory) }
}
