package import Application
import Domain
package import Foundation
package import Logging
package import RuntimeProtocols
package import Runtimes

/// The coding agents of this process, and what is known about them.
package struct RuntimeSet: Sendable {
    /// Who answers Claude Code.
    package enum Model: Sendable {
        case key
        case login
        case demo
    }

    package let all: [any AgentRuntime]
    package let model: Model
    package let sandbox: SandboxProbe.Finding
    private let detection: RecentDetection

    /// Production without a working sandbox is refused.
    package struct NoSandbox: Error, CustomStringConvertible {
        package let reason: String
        package var description: String {
            "Production needs the sandbox for coding agents, and it does not work here: \(self.reason)"
        }
    }

    /// Looks for the sandbox and for who answers; `demoURL` is where the recorded model listens, when it is to be used.
    ///
    /// Production without a working sandbox is refused with `NoSandbox`.
    package static func make(
        settings: WorkerSettings,
        environment: [String: String],
        demoURL: URL?,
        logger: Logger
    ) async throws -> Self {
        let locator = Self.locator(settings, environment)
        let detection = ProviderDetection(environment: environment, locator: locator)
        let sandbox = await SandboxProbe(locator: locator).find()
        let containment: ClaudeCodeConfiguration.Containment
        switch sandbox {
        case .usable(let found): containment = .sandbox(found)
        case .unusable(let reason):
            if settings.isProduction { throw NoSandbox(reason: reason) }
            logger.warning("Agents run without a sandbox", metadata: ["error": "\(reason)"])
            containment = .none
        }
        let (provider, model) = Self.provider(settings, detection, demoURL)
        var runtimes: [any AgentRuntime] = []
        if let executable = locator.locate("claude", override: "SECOND_CLAUDE_PATH"), let provider {
            runtimes.append(
                ClaudeCodeRuntime(
                    ClaudeCodeConfiguration(
                        executable: executable,
                        provider: provider,
                        containment: containment,
                        scrubsShells: settings.scrubsClaudeSubprocesses,
                        searchPath: locator.searchPath
                    ),
                    logger: logger
                )
            )
        }
        return Self(
            all: runtimes,
            model: model,
            sandbox: sandbox,
            detection: RecentDetection { await detection.detect() }
        )
    }

    /// Whether anything but the recorded model could answer.
    package static func hasCredentials(_ settings: WorkerSettings, environment: [String: String]) -> Bool {
        settings.anthropicAPIKey != nil
            || ProviderDetection(environment: environment, locator: Self.locator(settings, environment))
                .claudeLogin != nil
    }

    package func detect() async -> RuntimeDetection {
        let found = await self.detection.detect()
        let runtimes = found.map { runtime in
            (
                runtime.id.rawValue,
                RuntimeDetection.Runtime(
                    available: runtime.isAvailable,
                    version: runtime.version,
                    features: runtime.features.isEmpty ? nil : runtime.features,
                    error: runtime.error,
                    auth: .init(
                        envKeyConfigured: runtime.envKeyConfigured,
                        cliLikelyConfigured: runtime.cliLikelyConfigured
                    )
                )
            )
        }
        return RuntimeDetection(
            runtimes: Dictionary(runtimes) { first, _ in first },
            isDemo: self.model == .demo
        )
    }

    private static func locator(
        _ settings: WorkerSettings,
        _ environment: [String: String]
    ) -> ExecutableLocator {
        ExecutableLocator(environment: environment, toolFolders: [settings.toolchainFolder])
    }

    private static func provider(
        _ settings: WorkerSettings,
        _ detection: ProviderDetection,
        _ demoURL: URL?
    ) -> (ClaudeCodeConfiguration.Provider?, Model) {
        if let demoURL { return (.loopback(demoURL), .demo) }
        if let key = settings.anthropicAPIKey {
            // Where the provider answers unless an operator says otherwise.
            let standard = URL(string: "https://api.anthropic.com")
            return ((settings.anthropicBaseURL ?? standard).map { .key(key, baseURL: $0) }, .key)
        }
        if let login = detection.claudeLogin { return (.login(credentials: login), .login) }
        return (nil, .login)
    }
}
