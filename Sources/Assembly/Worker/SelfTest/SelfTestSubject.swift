import Domain
import Foundation
import Logging
import RuntimeProtocols
import Runtimes

/// A runtime of this machine as its self-test runs it: everything as in a turn, and another model.
struct SelfTestSubject: Sendable {
    var id: RuntimeID
    /// The executable.
    var path: String
    /// `model` is where the self-test's model answers; `exited` is told how the process ended.
    var make:
        @Sendable (_ model: URL, _ logger: Logger, _ exited: @escaping @Sendable (String) -> Void) -> any AgentRuntime

    /// Claude Code; where turns go through the relay with a key, so does the test, with a key that opens nothing.
    static func claudeCode(
        _ configuration: @escaping @Sendable (ClaudeCodeConfiguration.Provider) -> ClaudeCodeConfiguration,
        hasKey: Bool
    ) -> Self {
        let path = configuration(.loopback(URL(filePath: "/"))).executable
        return Self(id: .claudeCode, path: path) { model, logger, exited in
            let provider: ClaudeCodeConfiguration.Provider =
                hasKey ? .key(Secret(IdentifierSource.live.token()), baseURL: model) : .loopback(model)
            return ClaudeCodeRuntime(configuration(provider), logger: logger, exited: exited)
        }
    }
}
