package import Domain
import Foundation

/// The arguments of Claude Code for one turn (spec 03 §10.1, tried with 2.1.329).
///
/// Prompts, tokens and keys are in none of them: those go through stdin and private files.
package struct ClaudeCommandLine: Sendable, Equatable {
    package var arguments: [String]

    /// The arguments for a turn, with the provider's name of its model and the paths of its two private files.
    ///
    /// The child must be able to read the files; the one for tool servers holds tokens.
    package init(_ turn: TurnRequest, model: String, systemPromptFile: String, toolServerFile: String) {
        var arguments = [
            "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
            "--include-partial-messages",
            // Without "off" the first prompt of a session is replayed on every resume.
            "--system-prompt-file", systemPromptFile, "--system-prompt-snapshot", "off",
            "--model", model,
        ]
        if let effort = turn.settings.params["effort"] { arguments += ["--effort", effort] }
        if let thinking = turn.settings.params["thinking"] {
            arguments += ["--thinking", thinking]
            if thinking != "disabled" { arguments += ["--thinking-display", "summarized"] }
        }
        arguments += [
            "--max-turns", String(turn.maxTurns),
            "--tools", turn.builtInTools.joined(separator: ","),
            "--allowedTools", turn.allowedTools.joined(separator: ","),
            "--permission-mode", "dontAsk", "--permission-prompts", "none",
            // Files of the workspace are code of the app, never settings of the agent (spec 03 §22.4).
            "--setting-sources=", "--strict-mcp-config", "--mcp-config", toolServerFile,
            // File tools stay in the working directory; no socket for other sessions.
            "--restricted",
        ]
        if let session = turn.resume { arguments.append("--resume=\(session)") }
        self.arguments = arguments
    }

    /// The content of the tool server file; the tokens are literal because the CLI's own scrubbing empties variables.
    package static func toolServers(_ servers: [ToolServerEndpoint]) -> JSONValue {
        var entries: [String: JSONValue] = [:]
        for server in servers {
            entries[server.name] = [
                "type": "http", "url": .string(server.url.absoluteString),
                "headers": ["Authorization": .string("Bearer \(server.token.reveal())")],
            ]
        }
        return ["mcpServers": .object(entries)]
    }
}
