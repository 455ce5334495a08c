import Domain
import Foundation

extension ServerConfiguration: ProcessConfiguration {
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

    package init?(
        reading reader: inout ConfigurationReader,
        commandLine: CommandLine,
        executable: String
    ) {
        let isProduction = reader.isProduction()
        let authMode = reader.authMode(isRequired: false)
        let publicURL = reader.address("SECOND_PUBLIC_URL", isOriginOnly: true)
        let sessionSecret = reader.sessionSecret()
        let environmentPort = reader.port("PORT")
        let anthropicKey = reader.secret("ANTHROPIC_API_KEY")
        let anthropicBase = reader.address("ANTHROPIC_BASE_URL")
        let npmRegistry = reader.address("SECOND_NPM_REGISTRY")
        let logLevel = reader.logLevel()
        let dataFolder = DataFolder(at: reader.text("SECOND_DATA_DIR"))
        let resources = reader.resources(executable: executable)
        let toolchain = reader.text("SECOND_TOOLCHAIN_DIR")
        let claudePath = reader.text("SECOND_CLAUDE_PATH")
        let npmPath = reader.text("SECOND_NPM_PATH")
        let isDemo = reader.flag("SECOND_DEMO") ?? false
        let testsRuntimes = reader.flag("SECOND_RUNTIME_SELF_TEST") ?? true
        let allowsLogin = reader.text("SECOND_ALLOW_CLAUDE_LOCAL_AUTH") == "1"
        let scrub = reader.text("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB")
        let host = commandLine.host ?? "127.0.0.1"
        let port = commandLine.port ?? environmentPort ?? 3000
        reader.checkExposure(authMode, host: host, isProduction: isProduction)
        let trustedProxies = reader.trustedProxies()
        let metrics = reader.metrics(publicPort: port)

        guard let resources else { return nil }
        self.init(
            authMode: authMode,
            isProduction: isProduction,
            host: host,
            port: port,
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
            isDemo: commandLine.isDemo || isDemo,
            testsRuntimes: testsRuntimes,
            allowsClaudeLogin: allowsLogin,
            trustedProxies: trustedProxies,
            metrics: metrics
        )
    }

    /// The effective values as text for `--check-config`; secrets are only said to be there.
    package var summary: String {
        ConfigurationSummary.text([
            ("auth mode", self.authMode.rawValue),
            ("production", "\(self.isProduction)"),
            ("listen", "\(self.host):\(self.port)"),
            ("public URL", self.publicURL?.absoluteString ?? "as listened on"),
            ("data folder", self.dataFolder.root.path),
            ("resources", self.resources.root.path),
            ("toolchain", self.toolchainFolder.path),
            ("session secret", self.sessionSecret == nil ? "generated and kept in the data folder" : "configured"),
            ("anthropic key", self.anthropicAPIKey == nil ? "not set" : "set"),
            ("anthropic URL", self.anthropicBaseURL?.absoluteString ?? "default"),
            ("npm registry", self.npmRegistry?.absoluteString ?? "none: apps use the embedded toolchain only"),
            ("trusted proxies", "\(self.trustedProxies)"),
            ("metrics", self.metrics.map { "\($0.host):\($0.port)" } ?? "off"),
            ("log level", self.logLevel),
            ("demo model", "\(self.isDemo)"),
            ("runtime self-tests", "\(self.testsRuntimes)"),
        ])
    }
}
