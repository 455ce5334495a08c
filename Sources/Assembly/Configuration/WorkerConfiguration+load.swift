import Builder
import Domain
import Foundation

extension WorkerConfiguration: ProcessConfiguration {
    /// What `second worker` was told on its command line; it wins over the environment.
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
        let environmentPort = reader.port("PORT")
        let port = commandLine.port ?? environmentPort ?? 3001
        let environmentHost = reader.text("WORKER_HOST")
        // Production runs workers on a private network; a desk has none.
        let host = commandLine.host ?? environmentHost ?? (isProduction ? "0.0.0.0" : "127.0.0.1")
        let internalToken = reader.internalToken(isProduction: isProduction)
        let bus = reader.workerBus()
        let advertisedURL = reader.advertisedURL(host: host, port: port, isRequired: bus != nil)
        let internalWebURL = reader.internalWebURL()
        let maximumTurns = reader.count("SECOND_WORKER_MAX_TURNS", 1...1000) ?? 16
        let maximumSessions = reader.count("SECOND_WORKER_MAX_SESSIONS", 1...100_000) ?? 1000
        if maximumSessions < maximumTurns {
            reader.refuse("SECOND_WORKER_MAX_SESSIONS", "must not be less than SECOND_WORKER_MAX_TURNS")
        }
        let maximumBuilds = reader.count("SECOND_WORKER_MAX_BUILDS", 1...64) ?? BuildLimits().atOnce
        let reserve = reader.count("SECOND_WORKER_MEMORY_RESERVE_MB", 0...1_048_576) ?? (isProduction ? 256 : 0)
        let drainSeconds = reader.count("SECOND_WORKER_DRAIN_SECONDS", 0...86_400) ?? 300
        let settings = reader.workerSettings(
            isProduction: isProduction,
            isDemo: commandLine.isDemo,
            executable: executable
        )
        let metrics = reader.metrics(publicPort: port)
        let logLevel = reader.logLevel()
        guard let settings, let advertisedURL, let internalWebURL else { return nil }
        self.init(
            host: host,
            port: port,
            settings: settings,
            internalToken: internalToken,
            bus: bus,
            advertisedURL: advertisedURL,
            internalWebURL: internalWebURL,
            maximumTurns: maximumTurns,
            maximumBuilds: maximumBuilds,
            maximumSessions: maximumSessions,
            memoryReserve: reserve << 20,
            drainLimit: .seconds(drainSeconds),
            metrics: metrics,
            logLevel: logLevel
        )
    }

    /// The effective values as text for `--check-config`; secrets are only said to be there.
    package var summary: String {
        ConfigurationSummary.text([
            ("production", "\(self.settings.isProduction)"),
            ("listen", "\(self.host):\(self.port)"),
            ("internal token", self.internalToken == nil ? "kept in the data folder" : "configured"),
            ("bus", self.bus?.shown ?? "none: the web finds this worker by WORKER_URL"),
            ("reached at", self.advertisedURL.absoluteString),
            ("web", self.internalWebURL.absoluteString),
            ("turns", "\(self.maximumTurns)"),
            ("builds", "\(self.maximumBuilds)"),
            ("sessions", "\(self.maximumSessions)"),
            ("memory reserve", "\(self.memoryReserve >> 20) MiB"),
            ("drain limit", "\(self.drainLimit.components.seconds) s"),
            ("data folder", self.settings.dataFolder.root.path),
            ("workspaces", self.settings.workspaces.path),
            ("resources", self.settings.resources.root.path),
            ("toolchain", self.settings.toolchainFolder.path),
            ("anthropic key", self.settings.anthropicAPIKey == nil ? "not set" : "set"),
            ("anthropic URL", self.settings.anthropicBaseURL?.absoluteString ?? "default"),
            ("npm registry", self.settings.npmRegistry?.absoluteString ?? "none: apps use the embedded toolchain only"),
            ("metrics", self.metrics.map { "\($0.host):\($0.port)" } ?? "off"),
            ("log level", self.logLevel),
            ("demo model", "\(self.settings.isDemo)"),
            ("runtime self-tests", "\(self.settings.testsRuntimes)"),
        ])
    }
}

extension ConfigurationReader {
    fileprivate mutating func workerBus() -> EngineAddress? {
        let authority = self.redisAuthority()
        guard let uri = self.secret("REDIS_URL") else { return nil }
        do {
            var address = try EngineAddress.redis(uri)
            address.authorityFile = authority
            return address
        } catch {
            self.refuse("REDIS_URL", error.message)
            return nil
        }
    }

    /// `SECOND_WORKER_URL`, else this machine's name, else loopback where the worker listens on nothing else.
    fileprivate mutating func advertisedURL(host: String, port: Int, isRequired: Bool) -> URL? {
        if let url = self.address("SECOND_WORKER_URL", isOriginOnly: true) { return url }
        guard !self.hasProblem(with: "SECOND_WORKER_URL") else { return nil }
        let machine = self.text("HOSTNAME")
        var name = ["0.0.0.0", "::", "[::]"].contains(host) ? machine : Optional(host)
        if Self.isLoopback(host) || (name == nil && !isRequired) { name = "127.0.0.1" }
        var components = URLComponents()
        components.scheme = "http"
        components.host = name
        components.port = port
        guard name != nil, let url = components.url else {
            self.refuse(
                "SECOND_WORKER_URL",
                "is required with REDIS_URL: where the web reaches this worker, as in http://10.0.0.7:\(port)"
            )
            return nil
        }
        return url
    }

    /// `INTERNAL_WEB_URL`, else the origin of `TOOL_EXECUTE_URL`, else `WEB_URL` (spec 05 B43).
    fileprivate mutating func internalWebURL() -> URL? {
        let own = self.address("INTERNAL_WEB_URL", isOriginOnly: true)
        let tools = self.address("TOOL_EXECUTE_URL")
        let web = self.address("WEB_URL")
        if let own { return own }
        guard let url = tools ?? web ?? URL(string: "http://localhost:3000") else { return nil }
        var components = URLComponents()
        components.scheme = url.scheme
        components.host = url.host
        components.port = url.port
        return components.url
    }

    fileprivate mutating func workerSettings(
        isProduction: Bool,
        isDemo: Bool,
        executable: String
    ) -> WorkerSettings? {
        let dataFolder = DataFolder(at: self.text("SECOND_DATA_DIR"))
        let workspaces = self.text("WORKSPACES_DIR")
        let toolchain = self.text("SECOND_TOOLCHAIN_DIR")
        let npmPath = self.text("SECOND_NPM_PATH")
        let npmRegistry = self.address("SECOND_NPM_REGISTRY")
        let key = self.secret("ANTHROPIC_API_KEY")
        let base = self.address("ANTHROPIC_BASE_URL")
        let allowsLogin = self.text("SECOND_ALLOW_CLAUDE_LOCAL_AUTH") == "1"
        let scrub = self.text("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB")
        let demo = self.flag("SECOND_DEMO") ?? false
        let testsRuntimes = self.flag("SECOND_RUNTIME_SELF_TEST") ?? true
        // Found by the locator of executables.
        self.expect("SECOND_CLAUDE_PATH")
        guard let resources = self.resources(executable: executable) else { return nil }
        return WorkerSettings(
            isProduction: isProduction,
            dataFolder: dataFolder,
            workspaces: workspaces.map { URL(fileURLWithPath: $0, isDirectory: true).standardizedFileURL }
                ?? dataFolder.workspaces,
            resources: resources,
            toolchainFolder: toolchain.map { URL(fileURLWithPath: $0) } ?? dataFolder.toolchain,
            npmPath: npmPath,
            npmRegistry: npmRegistry,
            anthropicAPIKey: key,
            anthropicBaseURL: base,
            scrubsClaudeSubprocesses: scrub != "0",
            isDemo: isDemo || demo,
            testsRuntimes: testsRuntimes,
            allowsClaudeLogin: allowsLogin
        )
    }
}
