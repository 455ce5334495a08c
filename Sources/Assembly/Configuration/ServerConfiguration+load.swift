import Domain
import Foundation

extension ServerConfiguration {
    /// What `second up` was told on its command line; it wins over the environment.
    package struct CommandLine: Sendable {
        package var host: String?
        package var port: Int?
        package var isDemo: Bool

        package init(host: String? = nil, port: Int? = nil, isDemo: Bool = false) {
            self.host = host
            self.port = port
            self.isDemo = isDemo
        }
    }

    /// Reads and checks everything.
    ///
    /// - Returns: the configuration, and warnings that do not keep the server from starting.
    /// - Throws: `ConfigurationProblems` with every problem at once.
    package static func load(
        environment: [String: String],
        commandLine: CommandLine = CommandLine(),
        executable: String = Swift.CommandLine.arguments.first ?? "second"
    ) throws -> (configuration: Self, warnings: [String]) {
        var reader = ConfigurationReader(environment: environment)

        let authMode: AuthMode
        switch reader.text("SECOND_AUTH_MODE") {
        case nil, "none": authMode = .none
        case "external":
            authMode = .external
            reader.refuse("SECOND_AUTH_MODE", "external needs a sign-in provider, and this build has none; use none")
        default:
            authMode = .none
            reader.refuse("SECOND_AUTH_MODE", "must be none or external")
        }

        let mode = reader.text("SECOND_ENV") ?? reader.text("NODE_ENV")
        reader.expect("NODE_ENV")
        let publicURL = reader.address("SECOND_PUBLIC_URL", isOriginOnly: true)
        let sessionSecret = reader.secret("SECOND_NO_AUTH_SESSION_SECRET")
        if let sessionSecret, sessionSecret.reveal().utf8.count < 32 {
            reader.refuse("SECOND_NO_AUTH_SESSION_SECRET", "must have at least 32 characters")
        }
        let environmentPort = reader.port("PORT")
        let anthropicKey = reader.secret("ANTHROPIC_API_KEY")
        let anthropicBase = reader.address("ANTHROPIC_BASE_URL")
        let npmRegistry = reader.address("SECOND_NPM_REGISTRY")
        let logLevel = reader.text("SECOND_LOG_LEVEL")?.lowercased() ?? "info"
        if !["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(logLevel) {
            reader.refuse("SECOND_LOG_LEVEL", "must be trace, debug, info, notice, warning, error or critical")
        }
        let dataFolder = DataFolder(at: reader.text("SECOND_DATA_DIR"))
        let resources = ResourceFolder.locate(override: reader.text("SECOND_RESOURCES_DIR"), executable: executable)
        if resources == nil {
            reader.refuse(
                "SECOND_RESOURCES_DIR",
                "the folder with Web, AppTemplate and Toolchain was not found; set this to it"
            )
        }
        let toolchain = reader.text("SECOND_TOOLCHAIN_DIR")
        let claudePath = reader.text("SECOND_CLAUDE_PATH")
        let npmPath = reader.text("SECOND_NPM_PATH")
        let isDemo = reader.flag("SECOND_DEMO") ?? false
        let scrub = reader.text("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB")
        reader.expect("SECOND_BINARY", "SECOND_TEST_PYTHON", "SECOND_CODEX_PATH", "SECOND_OPENCODE_PATH")

        guard reader.problems.isEmpty, let resources else {
            throw ConfigurationProblems(problems: reader.problems)
        }
        let configuration = Self(
            authMode: authMode,
            isProduction: mode?.lowercased() == "production",
            host: commandLine.host ?? "127.0.0.1",
            port: commandLine.port ?? environmentPort ?? 3000,
            portIsFixed: commandLine.port != nil || environmentPort != nil,
            publicURL: publicURL,
            dataFolder: dataFolder,
            resources: resources,
            toolchainFolder: toolchain.map { URL(fileURLWithPath: $0) } ?? dataFolder.toolchain,
            sessionSecret: sessionSecret,
            claudePath: claudePath,
            npmPath: npmPath,
            npmRegistry: npmRegistry,
            anthropicAPIKey: anthropicKey,
            anthropicBaseURL: anthropicBase,
            scrubsClaudeSubprocesses: scrub != "0",
            logLevel: logLevel,
            isDemo: commandLine.isDemo || isDemo
        )
        return (configuration, reader.unknown.map { "\($0) is not a variable of this version." })
    }

    /// The effective values as text for `--check-config`; secrets are only said to be there.
    package var summary: String {
        """
        auth mode        \(self.authMode.rawValue)
        production       \(self.isProduction)
        listen           \(self.host):\(self.port)
        public URL       \(self.publicURL?.absoluteString ?? "as listened on")
        data folder      \(self.dataFolder.root.path)
        resources        \(self.resources.root.path)
        toolchain        \(self.toolchainFolder.path)
        session secret   \(self.sessionSecret == nil ? "generated and kept in the data folder" : "configured")
        anthropic key    \(self.anthropicAPIKey == nil ? "not set" : "set")
        anthropic URL    \(self.anthropicBaseURL?.absoluteString ?? "default")
        npm registry     \(self.npmRegistry?.absoluteString ?? "none: apps use the embedded toolchain only")
        log level        \(self.logLevel)
        demo model       \(self.isDemo)
        """
    }
}
