package import Domain
package import Foundation
package import WebGate

/// Everything the embedded server can be told, read and checked once at start (spec 05 §14, B44).
package struct ServerConfiguration: Sendable {
    package enum AuthMode: String, Sendable {
        case none, external
    }

    package var authMode: AuthMode
    package var isProduction: Bool
    package var host: String
    package var port: Int
    /// The port was asked for; when it is taken that is an error instead of a reason to try the next.
    package var portIsFixed: Bool
    /// The origin that browsers use; `nil` means the loopback address that the server ends up on.
    package var publicURL: URL?
    package var dataFolder: DataFolder
    package var resources: ResourceFolder
    package var toolchainFolder: URL
    package var sessionSecret: Secret<String>?
    package var claudePath: String?
    package var npmPath: String?
    /// Where apps that declare further packages may install them from; `nil` refuses such apps.
    package var npmRegistry: URL?
    package var anthropicAPIKey: Secret<String>?
    package var anthropicBaseURL: URL?
    /// Only the literal `0` turns Claude Code's own scrubbing off (seed: self-hosting).
    package var scrubsClaudeSubprocesses: Bool
    package var logLevel: String
    /// Play recorded turns instead of asking a model.
    package var isDemo: Bool
    /// Test each version of each runtime once, in the background.
    package var testsRuntimes: Bool
    /// Agents may use the login of the person at this machine in production too.
    package var allowsClaudeLogin: Bool
    package var trustedProxies: TrustedProxies
    /// Where metrics are told; `nil` keeps them.
    package var metrics: MetricsAddress?
}
