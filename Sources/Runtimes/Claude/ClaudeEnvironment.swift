import Foundation
import RuntimeProtocols

/// The whole environment of Claude Code: nothing of the worker's own is passed on (spec 03 §8, §22.2).
enum ClaudeEnvironment {
    /// `PATH` inside the sandbox.
    static let containedPath = "/usr/local/bin:/usr/bin:/bin"

    static func make(
        _ configuration: ClaudeCodeConfiguration,
        home: RuntimeHome,
        temporary: String,
        provider: ProviderAccess?
    ) -> [String: String] {
        let isContained = if case .sandbox = configuration.containment { true } else { false }
        var environment = [
            "HOME": home.root.path(percentEncoded: false).withoutTrailingSlash,
            "CLAUDE_CONFIG_DIR": home.claudeConfiguration.path(percentEncoded: false).withoutTrailingSlash,
            "PATH": isContained ? Self.containedPath : configuration.searchPath,
            "SHELL": "/bin/bash", "TERM": "dumb", "LANG": "C.UTF-8",
            "TMPDIR": isContained ? "/tmp" : temporary,
            "CLAUDE_CODE_MAX_RETRIES": String(configuration.maxRetries),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1",
            "MCP_TOOL_TIMEOUT": String(configuration.toolTimeout.components.seconds * 1000),
            // Inside the sandbox the CLI cannot nest its own one; see docs/decisions.
            "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB": configuration.scrubsShells && !isContained ? "1" : "0",
        ]
        if let provider {
            environment["ANTHROPIC_BASE_URL"] = provider.baseURL.absoluteString.withoutTrailingSlash
            environment["ANTHROPIC_API_KEY"] = provider.token
        }
        return environment
    }
}

/// Where the child reaches its model, and what it shows there: never the real key.
struct ProviderAccess: Sendable {
    var baseURL: URL
    var token: String
}

extension String {
    var withoutTrailingSlash: String { self.count > 1 && self.hasSuffix("/") ? String(self.dropLast()) : self }
}
