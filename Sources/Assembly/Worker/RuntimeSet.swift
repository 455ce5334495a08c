package import Application
import Domain
import Foundation
import Logging
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
    /// The runtimes of this machine, whoever answers them, for their self-tests.
    let subjects: [SelfTestSubject]
    private let detection: RecentDetection
    private let selfTests: SelfTestMemory?

    /// Production without a working sandbox is refused.
    package struct NoSandbox: Error, CustomStringConvertible {
        package let reason: String
        package var description: String {
            "Production needs the sandbox for coding agents and builds, and it does not work here: \(self.reason)"
        }
    }

    /// Looks for the sandbox and for who answers; `demoURL` is where the recorded model listens, when it is to be used.
    ///
    /// What `selfTests` remembers is told with what is found.
    ///
    /// Production without a working sandbox is refused with `NoSandbox`. `sandbox` is for tests: what was found here.
    static func make(
        settings: WorkerSettings,
        environment: [String: String],
        demoURL: URL?,
        selfTests: SelfTestMemory? = nil,
        sandbox known: SandboxProbe.Finding? = nil,
        logger: Logger
    ) async throws -> Self {
        let locator = Self.locator(settings, environment)
        let sandbox = if let known { known } else { await SandboxProbe(locator: locator).find() }
        var circumstances = Self.circumstances(settings)
        let containment: ClaudeCodeConfiguration.Containment
        switch sandbox {
        case .usable(let found):
            containment = .sandbox(found)
            circumstances.sandbox = found
        case .unusable(let reason):
            if settings.isProduction { throw NoSandbox(reason: reason) }
            containment = .none
            #if os(Linux)
            // The CLI's own scrubbing stands on bubblewrap too, and without it the CLI does not start.
            circumstances.scrubsShells = false
            #endif
            logger.warning(
                "Agents and builds run without a sandbox: they can do what this process can",
                metadata: ["error": "\(reason)", "shells.scrubbed": "\(circumstances.scrubsShells)"]
            )
        }
        let detection = ProviderDetection(
            environment: environment,
            locator: locator,
            circumstances: circumstances
        )
        let scrubsShells = circumstances.scrubsShells
        let (provider, model) = Self.provider(settings, detection, demoURL)
        if case .login? = provider {
            logger.warning("Agents use the login of the person at this machine, and their shells can read it")
        }
        let claude = locator.locate("claude", override: "SECOND_CLAUDE_PATH").map { executable in
            { @Sendable (provider: ClaudeCodeConfiguration.Provider) in
                ClaudeCodeConfiguration(
                    executable: executable,
                    provider: provider,
                    containment: containment,
                    scrubsShells: scrubsShells,
                    searchPath: locator.searchPath
                )
            }
        }
        var runtimes: [any AgentRuntime] = []
        if let claude, let provider { runtimes.append(ClaudeCodeRuntime(claude(provider), logger: logger)) }
        return Self(
            all: runtimes,
            model: model,
            sandbox: sandbox,
            subjects: claude.map { [.claudeCode($0, hasKey: model == .key)] } ?? [],
            detection: RecentDetection { await detection.detect() },
            selfTests: selfTests
        )
    }

    /// Whether anything but the recorded model could answer.
    package static func hasCredentials(_ settings: WorkerSettings, environment: [String: String]) -> Bool {
        settings.anthropicAPIKey != nil || self.usesLogin(settings, environment: environment)
    }

    /// Whether agents use the login of the person at this machine.
    static func usesLogin(_ settings: WorkerSettings, environment: [String: String]) -> Bool {
        guard settings.anthropicAPIKey == nil, settings.usesClaudeLogin else { return false }
        return ProviderDetection(environment: environment, locator: Self.locator(settings, environment))
            .claudeLogin != nil
    }

    /// What is on this machine, with paths.
    func look() async -> [DetectedRuntime] {
        await self.detection.detect()
    }

    package func detect() async -> RuntimeDetection {
        let found = await self.look()
        let known = await self.selfTests?.outcomes(of: found) ?? [:]
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
                    ),
                    selfTest: known[runtime.id]
                )
            )
        }
        return RuntimeDetection(
            runtimes: Dictionary(runtimes) { first, _ in first },
            isDemo: self.model == .demo
        )
    }

    private static func circumstances(_ settings: WorkerSettings) -> ProviderDetection.Circumstances {
        #if os(Linux)
        let needsSandbox = settings.isProduction
        #else
        let needsSandbox = false
        #endif
        return .init(
            needsSandbox: needsSandbox,
            scrubsShells: settings.scrubsClaudeSubprocesses,
            usesLogin: settings.usesClaudeLogin
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
        if settings.usesClaudeLogin, let login = detection.claudeLogin { return (.login(credentials: login), .login) }
        return (nil, .login)
    }
}
