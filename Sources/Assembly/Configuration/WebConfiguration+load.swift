import Domain
import Foundation

extension WebConfiguration: ProcessConfiguration {
    /// What `second web` was told on its command line; it wins over the environment.
    package struct CommandLine: Sendable {
        package var host: String?
        package var port: Int?

        package init(host: String? = nil, port: Int? = nil) {
            self.host = host
            self.port = port
        }
    }

    package init?(
        reading reader: inout ConfigurationReader,
        commandLine: CommandLine,
        executable: String
    ) {
        let isProduction = reader.isProduction()
        let authMode = reader.authMode(isRequired: true)
        let environmentPort = reader.port("PORT")
        let port = commandLine.port ?? environmentPort ?? 3000
        let environmentHost = reader.listenHost()
        let host = commandLine.host ?? environmentHost ?? "127.0.0.1"
        reader.checkExposure(authMode, host: host, isProduction: isProduction)
        let publicURL = reader.publicURL(isProduction: isProduction)
        let database = reader.engine("MONGODB_URI", default: nil, EngineAddress.mongo)
        var bus = reader.engine(
            "REDIS_URL",
            default: isProduction ? nil : "redis://localhost:6379",
            EngineAddress.redis
        )
        // Checked even when the address itself was refused.
        let authority = reader.redisAuthority()
        bus?.authorityFile = authority
        let workerURL = reader.workerURL(isProduction: isProduction)
        let internalToken = reader.internalToken(isProduction: isProduction)
        let sessionSecret = reader.sessionSecret()
        if isProduction, sessionSecret == nil, !reader.hasProblem(with: "SECOND_NO_AUTH_SESSION_SECRET") {
            reader.refuse(
                "SECOND_NO_AUTH_SESSION_SECRET",
                "is required in production with sign-in mode none, the same for all web processes"
            )
        }
        let trustedProxies = reader.trustedProxies()
        let drainSeconds = reader.count("SECOND_WEB_DRAIN_SECONDS", 0...600) ?? 0
        let metrics = reader.metrics(publicPort: port)
        let dataFolder = DataFolder(at: reader.text("SECOND_DATA_DIR"))
        let resources = reader.resources(executable: executable)
        let logLevel = reader.logLevel()
        guard let publicURL, let database, let bus, let workerURL, let resources else { return nil }
        self.init(
            authMode: authMode,
            isProduction: isProduction,
            host: host,
            port: port,
            publicURL: publicURL,
            database: database,
            bus: bus,
            workerURL: workerURL,
            internalToken: internalToken,
            sessionSecret: sessionSecret,
            dataFolder: dataFolder,
            resources: resources,
            trustedProxies: trustedProxies,
            drainPeriod: .seconds(drainSeconds),
            metrics: metrics,
            logLevel: logLevel
        )
    }

    /// The effective values as text for `--check-config`; secrets are only said to be there.
    package var summary: String {
        let kept = "kept in the data folder"
        return ConfigurationSummary.text([
            ("auth mode", self.authMode.rawValue),
            ("production", "\(self.isProduction)"),
            ("listen", "\(self.host):\(self.port)"),
            ("public URL", self.publicURL.absoluteString),
            ("database", self.database.shown),
            ("bus", self.bus.shown),
            ("bus authority", self.bus.authorityFile ?? "the system's"),
            ("worker", self.workerURL.absoluteString),
            ("internal token", self.internalToken == nil ? kept : "configured"),
            ("session secret", self.sessionSecret == nil ? kept : "configured"),
            ("data folder", self.dataFolder.root.path),
            ("resources", self.resources.root.path),
            ("trusted proxies", "\(self.trustedProxies)"),
            ("drain period", "\(self.drainPeriod.components.seconds) s"),
            ("metrics", self.metrics.map { "\($0.host):\($0.port)" } ?? "off"),
            ("log level", self.logLevel),
        ])
    }
}

extension ConfigurationReader {
    /// `HOSTNAME`, when it is an address: platforms set it to the machine's name, which says nothing about listening.
    fileprivate mutating func listenHost() -> String? {
        guard let text = self.text("HOSTNAME") else { return nil }
        let isNumbers =
            text.split(separator: ".").count == 4 && text.split(separator: ".").allSatisfy { UInt8($0) != nil }
        return isNumbers || text == "localhost" || text == "::" || text == "::1" ? text : nil
    }

    /// Required; https in production, except for an address of this machine alone.
    fileprivate mutating func publicURL(isProduction: Bool) -> URL? {
        guard let url = self.address("SECOND_PUBLIC_URL", isOriginOnly: true) else {
            if !self.hasProblem(with: "SECOND_PUBLIC_URL") {
                self.refuse(
                    "SECOND_PUBLIC_URL",
                    "is required: the origin that browsers use, as in https://second.example"
                )
            }
            return nil
        }
        if isProduction, url.scheme?.lowercased() != "https", !Self.isLoopback(url.host ?? "") {
            self.refuse("SECOND_PUBLIC_URL", "must be https in production")
        }
        return url
    }

    fileprivate mutating func workerURL(isProduction: Bool) -> URL? {
        if let url = self.address("WORKER_URL", isOriginOnly: true) { return url }
        guard !self.hasProblem(with: "WORKER_URL") else { return nil }
        guard !isProduction else {
            self.refuse("WORKER_URL", "is required in production: where the worker answers, as in http://worker:3001")
            return nil
        }
        return URL(string: "http://localhost:3001")
    }

    fileprivate mutating func engine(
        _ variable: String,
        default fallback: String?,
        _ parse: (Secret<String>) throws(EngineAddress.Malformed) -> EngineAddress
    ) -> EngineAddress? {
        let given = self.secret(variable)
        guard !self.hasProblem(with: variable) else { return nil }
        guard let uri = given ?? fallback.map(Secret.init) else {
            self.refuse(variable, "is required")
            return nil
        }
        do {
            return try parse(uri)
        } catch {
            self.refuse(variable, error.message)
            return nil
        }
    }
}
