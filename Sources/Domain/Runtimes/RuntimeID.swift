/// The coding agents that the product knows (spec 03 §16.1).
package enum RuntimeID: String, Codable, Sendable, CaseIterable {
    case claudeCode = "claude-code"
    case codex = "codex-cli"
    case openCode = "opencode"
}
