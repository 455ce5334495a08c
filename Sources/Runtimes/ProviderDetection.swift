import Domain
package import Foundation

/// Looks which runtimes this machine has (spec 03 §17.1).
package struct ProviderDetection: Sendable {
    /// How agents are run here.
    package struct Circumstances: Sendable {
        /// Turns run inside, so versions are asked for inside too.
        package var sandbox: Sandbox?
        /// Without the sandbox nothing runs.
        package var needsSandbox: Bool
        /// Claude Code hides secrets of its environment from its shells.
        package var scrubsShells: Bool
        /// Without a key, the login of the person at this machine is used.
        package var usesLogin: Bool

        package init(
            sandbox: Sandbox? = nil,
            needsSandbox: Bool = false,
            scrubsShells: Bool = true,
            usesLogin: Bool = true
        ) {
            self.sandbox = sandbox
            self.needsSandbox = needsSandbox
            self.scrubsShells = scrubsShells
            self.usesLogin = usesLogin
        }
    }

    private let circumstances: Circumstances
    private let environment: [String: String]
    private let locator: ExecutableLocator
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - environment: the worker's own; only the presence of keys is looked at.
    ///   - locator: the one that runs the runtimes too.
    ///   - circumstances: those of the turns.
    ///   - clock: for the limit of three seconds a version may take.
    package init(
        environment: [String: String],
        locator: ExecutableLocator,
        circumstances: Circumstances = .init(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.environment = environment
        self.locator = locator
        self.circumstances = circumstances
        self.clock = clock
    }

    package func detect() async -> [DetectedRuntime] {
        async let claude = self.claude()
        async let codex = self.codex()
        async let openCode = self.openCode()
        return await [claude, codex, openCode]
    }

    private func claude() async -> DetectedRuntime {
        let hasBubblewrap =
            self.circumstances.sandbox != nil
            || (self.locator.locate("bwrap") ?? self.locator.locate("bubblewrap")) != nil
        let path = self.locator.locate("claude", override: "SECOND_CLAUDE_PATH")
        let outcome = if let path { await self.askForVersion(path) } else { CommandProbe.Outcome?.none }
        let starts =
            switch outcome {
            case .answered(let answer): answer.isSuccess
            // One that does not answer in time is busy; its turns will say.
            case .tookTooLong, nil: true
            case .failed: false
            }
        let error: String? =
            if path == nil {
                "Claude Code is not installed."
            } else if self.circumstances.needsSandbox, self.circumstances.sandbox == nil {
                "bubblewrap does not work here (apt-get install bubblewrap)."
            } else if !starts {
                self.circumstances.sandbox == nil
                    ? "Claude Code is installed and does not start."
                    : "Claude Code is installed and does not start inside the sandbox; its native build does."
            } else {
                nil
            }
        return DetectedRuntime(
            id: .claudeCode,
            isAvailable: error == nil,
            version: outcome?.answer.flatMap(Self.version),
            path: path,
            features: [
                "installed": path != nil, "starts": path != nil && starts,
                "subprocessEnvScrub": self.circumstances.scrubsShells,
                "linuxBubblewrapRequired": self.circumstances.needsSandbox,
                "linuxBubblewrapAvailable": hasBubblewrap,
            ],
            error: error,
            // A file that cannot be read stops the worker at its start.
            envKeyConfigured: self.has("ANTHROPIC_API_KEY") || self.has("ANTHROPIC_API_KEY_FILE"),
            cliLikelyConfigured: self.circumstances.usesLogin && self.claudeLogin != nil
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
        if let path, let answer = await self.ask(path, ["login", "status"]).answer, answer.isSuccess {
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

    private func version(of path: String?) async -> String? {
        guard let path, let answer = await self.ask(path, ["--version"]).answer else { return nil }
        return Self.version(answer)
    }

    /// The first number with dots that `--version` says.
    private static func version(_ answer: CommandProbe.Answer) -> String? {
        guard answer.isSuccess else { return nil }
        return answer.output.split(whereSeparator: { $0.isWhitespace }).map(String.init).first { word in
            word.utf8.count <= 40 && word.contains(".")
                && word.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLetter || ".-+".contains($0)) }
                && word.first?.isNumber == true
        }
    }

    /// Asks as turns run: inside the sandbox, where less is to be found.
    private func askForVersion(_ path: String) async -> CommandProbe.Outcome {
        guard let sandbox = self.circumstances.sandbox else { return await self.ask(path, ["--version"]) }
        let executable = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        let command = sandbox.wrap(
            .init(executable: executable, arguments: ["--version"]),
            readable: Sandbox.readable(for: executable),
            workingDirectory: "/tmp"
        )
        return await CommandProbe.run(
            command.executable,
            command.arguments,
            environment: ["PATH": ClaudeEnvironment.containedPath, "LANG": "C.UTF-8", "HOME": "/tmp"],
            limit: .seconds(3),
            clock: self.clock
        )
    }

    private func ask(_ path: String, _ arguments: [String]) async -> CommandProbe.Outcome {
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
