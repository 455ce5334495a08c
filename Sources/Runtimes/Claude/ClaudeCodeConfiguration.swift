package import Domain
package import Foundation

/// How this worker runs Claude Code.
package struct ClaudeCodeConfiguration: Sendable {
    package enum Provider: Sendable {
        /// The key stays in the worker: the child talks to a relay on loopback (spec 03 §22.3).
        case key(Secret<String>, baseURL: URL)
        /// A model on loopback that wants no key, such as the demo's.
        case loopback(URL)
        /// The login of the person at this machine: this credentials file is copied into the private home.
        case login(credentials: URL)
    }

    package enum Containment: Sendable {
        case sandbox(Sandbox)
        /// Without a sandbox; only a local installation does that.
        case none
    }

    package var executable: String
    package var provider: Provider
    package var containment: Containment
    /// The CLI's own scrubbing of what its shells see (spec 03 §1.1).
    ///
    /// Only the literal `0` of `CLAUDE_CODE_SUBPROCESS_ENV_SCRUB` turns it off. Inside the sandbox it cannot work and is
    /// not needed: the child's environment holds nothing that a shell may not see.
    package var scrubsShells: Bool
    /// `PATH` outside the sandbox.
    package var searchPath: String
    package var maxRetries: Int
    /// How long a tool of the broker may take.
    package var toolTimeout: Duration

    package init(
        executable: String,
        provider: Provider,
        containment: Containment,
        scrubsShells: Bool = true,
        searchPath: String = "/usr/local/bin:/usr/bin:/bin",
        maxRetries: Int = 3,
        toolTimeout: Duration = .seconds(900)
    ) {
        self.executable = executable
        self.provider = provider
        self.containment = containment
        self.scrubsShells = scrubsShells
        self.searchPath = searchPath
        self.maxRetries = maxRetries
        self.toolTimeout = toolTimeout
    }

    /// Whether a value of `CLAUDE_CODE_SUBPROCESS_ENV_SCRUB` leaves the scrubbing on.
    package static func scrubs(_ value: String?) -> Bool { value != "0" }
}
