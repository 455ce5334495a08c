import Domain
package import Foundation

/// Looks which runtimes this machine has (spec 03 §17.1).
package struct ProviderDetection: Sendable {
    private let environment: [String: String]
    private let locator: ExecutableLocator
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - environment: the worker's own; only the presence of keys is looked at.
    ///   - locator: the one that runs the runtimes too.
    ///   - clock: for the limit of three seconds a version may take.
    package init(
        environment: [String: String],
        locator: ExecutableLocator,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.environment = environment
        self.locator = locator
        self.clock = clock
    }

    package func detect() async -> [DetectedRuntime] {
        async let claude = self.claude()
        async let codex = self.codex()
        async let openCode = self.openCode()
        return await [claude, codex, openCode]
    }

    private func claude() async -> DetectedRuntime {
        let scrubs = ClaudeCodeConfiguration.scrubs(self.environment["CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"])
        let hasBubblewrap = (self.locator.locate("bwrap") ?? self.locator.locate("bubblewrap")) != nil
        #if os(Linux)
        let needsBubblewrap = scrubs
        #else
        let needsBubblewrap = false
        #endif
        let path = self.locator.locate("claude", override: "SECOND_CLAUDE_PATH")
        let error: String? =
            if path == nil {
                "Claude Code is not installed."
            } else if needsBubblewrap, !hasBubblewrap {
                "bubblewrap is not installed (apt-get install bubblewrap)."
            } else {
                nil
            }
        return DetectedRuntime(
            id: .claudeCode,
            isAvailable: error == nil,
            version: await self.version(of: path),
            path: path,
            features: [
                "subprocessEnvScrub": scrubs, "linuxBubblewrapRequired": needsBubblewrap,
                "linuxBubblewrapAvailable": hasBubblewrap,
            ],
            error: error,
            envKeyConfigured: self.has("ANTHROPIC_API_KEY"),
            cliLikelyConfigured: self.claudeLogin != nil
        )
    }

    /// The credentials file of the person's own Claude Code, when there is one.
    package var claudeLogin: URL? {
        guard let folder = self.environment["CLAUDE_CONFIG_DIR"] ?? self.home.map({ "\($0)/.claude" }) else {
            return nil
        }
        let file = URL(filePath: folder).appending(path: ".credentials.json")
        return FileManager.default.isReadableFile(atPath: file.path(percentEncoded: false)) ? file : nil
    }

    private func codex() async -> DetectedRuntime {
        let path = self.locator.locate("codex", override: "SECOND_CODEX_PATH")
        let hasKey = self.has("CODEX_API_KEY") || self.has("OPENAI_API_KEY")
        var isLoggedIn = false
        if let path, let answer = await self.ask(path, ["login", "status"]), answer.isSuccess {
            let said = answer.output.lowercased()
            isLoggedIn = said.contains("logged in") && !said.contains("not logged in")
        }
        return DetectedRuntime(
            id: .codex,
            isAvailable: path != nil && (hasKey || isLoggedIn),
            version: await self.version(of: path),
            path: path,
            error: path == nil ? "Codex CLI is not installed." : nil,
            envKeyConfigured: hasKey,
            cliLikelyConfigured: isLoggedIn
        )
    }

    private func openCode() async -> DetectedRuntime {
        let path = self.locator.locate("opencode", override: "SECOND_OPENCODE_PATH")
        let hasKey = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"].contains(
            where: self.has
        )
        let login = self.home.map { "\($0)/.local/share/opencode/auth.json" }
        let isLoggedIn = login.map(FileManager.default.isReadableFile(atPath:)) ?? false
        return DetectedRuntime(
            id: .openCode,
            isAvailable: path != nil && (hasKey || isLoggedIn),
            version: await self.version(of: path),
            path: path,
            error: path == nil ? "OpenCode is not installed." : nil,
            envKeyConfigured: hasKey,
            cliLikelyConfigured: isLoggedIn
        )
    }

    private var home: String? { self.environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } }

    private func has(_ name: String) -> Bool { !(self.environment[name] ?? "").isEmpty }

    /// The first number with dots that `--version` says.
    private func version(of path: String?) async -> String? {
        guard let path, let answer = await self.ask(path, ["--version"]), answer.isSuccess else { return nil }
        return answer.output.split(whereSeparator: { $0.isWhitespace }).map(String.init).first { word in
            word.utf8.count <= 40 && word.contains(".")
                && word.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLetter || ".-+".contains($0)) }
                && word.first?.isNumber == true
        }
    }

    private func ask(_ path: String, _ arguments: [String]) async -> CommandProbe.Answer? {
        var environment = ["PATH": self.locator.searchPath, "LANG": "C.UTF-8"]
        if let home { environment["HOME"] = home }
        return await CommandProbe.run(
            path,
            arguments,
            environment: environment,
            limit: .seconds(3),
            clock: self.clock
        )
    }
}
