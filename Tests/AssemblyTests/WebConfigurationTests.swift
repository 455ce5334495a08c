import Assembly
import Domain
import Foundation
import Testing

/// Every rule of `second web`'s configuration, at its edges (spec 01 §2, 05 §14, B44).
@Suite
struct WebConfigurationTests {
    private static let secret = String(repeating: "s", count: 32)

    private static let development = [
        "SECOND_AUTH_MODE": "none", "MONGODB_URI": "mongodb://localhost/second",
        "SECOND_PUBLIC_URL": "http://localhost:3000",
    ]

    private static let production = [
        "SECOND_ENV": "production", "SECOND_AUTH_MODE": "none",
        "MONGODB_URI": "mongodb+srv://ada:hush@cluster.house.example/second",
        "REDIS_URL": "rediss://:hush@redis.example",
        "SECOND_PUBLIC_URL": "https://second.example", "WORKER_URL": "http://worker:3001",
        "INTERNAL_API_TOKEN": Self.secret, "SECOND_NO_AUTH_SESSION_SECRET": Self.secret,
    ]

    private static func load(
        _ base: [String: String],
        _ changes: [String: String?] = [:],
        commandLine: WebConfiguration.CommandLine = .init()
    ) throws -> (configuration: WebConfiguration, warnings: [String]) {
        try withResources { resources in
            var environment = base
            environment["SECOND_RESOURCES_DIR"] = resources.path
            for (name, value) in changes { environment[name] = value }
            return try WebConfiguration.load(environment: environment, commandLine: commandLine)
        }
    }

    /// The variables that are refused.
    private static func refused(_ base: [String: String], _ changes: [String: String?]) throws -> [String] {
        do {
            _ = try Self.load(base, changes)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.problems.map(\.variable)
        }
    }

    // MARK: - Defaults

    @Test
    func aSmallEnvironmentIsEnoughForDevelopment() throws {
        let (configuration, warnings) = try Self.load(Self.development)
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 3000)
        #expect(configuration.bus.shown == "redis://localhost:6379")
        #expect(configuration.workerURL.absoluteString == "http://localhost:3001")
        #expect(configuration.internalToken == nil)
        #expect(configuration.sessionSecret == nil)
        #expect(configuration.metrics == nil)
        #expect(!configuration.isProduction)
        #expect(warnings.isEmpty)
    }

    @Test
    func theProductionChecklistIsAccepted() throws {
        let (configuration, warnings) = try Self.load(Self.production)
        #expect(configuration.isProduction)
        #expect(configuration.database.shown == "mongodb+srv://cluster.house.example/second")
        #expect(configuration.bus.shown == "rediss://redis.example:6379")
        #expect(warnings.isEmpty)
    }

    // MARK: - Refusals

    struct Case: CustomTestStringConvertible {
        var variable: String
        var value: String?
        var inProduction = false
        /// The variable that is named in the refusal; `nil` means that the value is fine.
        var refused: String?

        var testDescription: String { "\(self.variable)=\(self.value ?? "unset") → \(self.refused ?? "accepted")" }

        static func good(_ variable: String, _ value: String?, inProduction: Bool = false) -> Self {
            Self(variable: variable, value: value, inProduction: inProduction)
        }

        static func bad(_ variable: String, _ value: String?, inProduction: Bool = false) -> Self {
            Self(variable: variable, value: value, inProduction: inProduction, refused: variable)
        }
    }

    private static let cases: [Case] = [
        .bad("SECOND_AUTH_MODE", nil), .bad("SECOND_AUTH_MODE", ""), .bad("SECOND_AUTH_MODE", "None"),
        .bad("SECOND_AUTH_MODE", "external"), .good("SECOND_AUTH_MODE", " none "),
        .bad("SECOND_ENV", "prod"), .good("SECOND_ENV", "test"), .good("SECOND_ENV", "Development"),
        .good("NODE_ENV", "anything"),

        .bad("MONGODB_URI", nil), .bad("MONGODB_URI", "  "), .bad("MONGODB_URI", "postgres://localhost/second"),
        .bad("MONGODB_URI", "mongodb://localhost"), .bad("MONGODB_URI", "mongodb://localhost/"),
        .bad("MONGODB_URI", "mongodb://localhost/?replicaSet=rs0"), .bad("MONGODB_URI", "mongodb:///second"),
        .bad("MONGODB_URI", "mongodb://a,,b/second"), .bad("MONGODB_URI", "mongodb://a:0/second"),
        .bad("MONGODB_URI", "mongodb://a:65536/second"), .bad("MONGODB_URI", "mongodb://a/b.c"),
        .bad("MONGODB_URI", "mongodb://a/" + String(repeating: "d", count: 64)),
        .good("MONGODB_URI", "mongodb://a/" + String(repeating: "d", count: 63)),
        .bad("MONGODB_URI", "mongodb+srv://a:27017/second"), .bad("MONGODB_URI", "mongodb+srv://a,b/second"),
        .good("MONGODB_URI", "mongodb://u:p%40ss@a:27017,b:27018,[::1]:27019/second?replicaSet=rs0&tls=true"),

        .good("REDIS_URL", nil), .bad("REDIS_URL", nil, inProduction: true), .bad("REDIS_URL", "http://localhost"),
        .bad("REDIS_URL", "redis://"), .bad("REDIS_URL", "redis://host:99999"), .bad("REDIS_URL", "redis://host/zero"),
        .good("REDIS_URL", "redis://user:pass@host:6380/2"), .good("REDIS_URL", "rediss://host"),

        .bad("SECOND_PUBLIC_URL", nil), .bad("SECOND_PUBLIC_URL", "second.example"),
        .bad("SECOND_PUBLIC_URL", "ftp://second.example"), .bad("SECOND_PUBLIC_URL", "https://second.example/app"),
        .bad("SECOND_PUBLIC_URL", "https://second.example?x"), .bad("SECOND_PUBLIC_URL", "https://second.example#x"),
        .bad("SECOND_PUBLIC_URL", "https://ada:hush@second.example"), .good("SECOND_PUBLIC_URL", "https://a.example/"),
        .good("SECOND_PUBLIC_URL", "http://second.example"),
        .bad("SECOND_PUBLIC_URL", "http://second.example", inProduction: true),
        .good("SECOND_PUBLIC_URL", "http://localhost:3000", inProduction: true),

        .good("WORKER_URL", nil), .bad("WORKER_URL", nil, inProduction: true), .bad("WORKER_URL", "worker:3001"),
        .bad("WORKER_URL", "http://worker:3001/sessions"), .good("WORKER_URL", "https://worker"),

        .good("INTERNAL_API_TOKEN", "short"), .bad("INTERNAL_API_TOKEN", nil, inProduction: true),
        .bad("INTERNAL_API_TOKEN", String(repeating: "t", count: 31), inProduction: true),
        .good("INTERNAL_API_TOKEN", String(repeating: "t", count: 32), inProduction: true),

        .bad("SECOND_NO_AUTH_SESSION_SECRET", nil, inProduction: true),
        .bad("SECOND_NO_AUTH_SESSION_SECRET", String(repeating: "s", count: 31)),
        .good("SECOND_NO_AUTH_SESSION_SECRET", String(repeating: "s", count: 32)),

        .bad("PORT", "0"), .bad("PORT", "65536"), .bad("PORT", "http"), .good("PORT", "65535"), .good("PORT", " 80 "),
        .bad("SECOND_METRICS_PORT", "3000"), .bad("SECOND_METRICS_PORT", "-1"), .good("SECOND_METRICS_PORT", "9100"),
        .bad("SECOND_LOG_LEVEL", "loud"), .good("SECOND_LOG_LEVEL", "TRACE"),
        .bad("SECOND_ALLOW_OPEN_SIGN_IN", "perhaps"), .bad("SECOND_RESOURCES_DIR", "/nowhere"),
    ]

    @Test(arguments: Self.cases)
    func eachRuleHoldsAtItsEdge(_ example: Case) throws {
        let base = example.inProduction ? Self.production : Self.development
        let refused = try Self.refused(base, [example.variable: example.value])
        #expect(refused == (example.refused.map { [$0] } ?? []))
    }

    @Test
    func everyProblemIsToldAtOnceAndOnlyOnce() throws {
        let problems = #expect(throws: ConfigurationProblems.self) {
            try Self.load(["NODE_ENV": "production", "PORT": "x", "SECOND_METRICS_PORT": "y"])
        }
        #expect(
            problems?.problems.map(\.variable) == [
                "SECOND_AUTH_MODE", "PORT", "SECOND_PUBLIC_URL", "MONGODB_URI", "REDIS_URL", "WORKER_URL",
                "INTERNAL_API_TOKEN", "SECOND_NO_AUTH_SESSION_SECRET", "SECOND_METRICS_PORT",
            ]
        )
        #expect(ConfigurationProblems.exitCode == 78)
    }

    @Test
    func noProblemRepeatsASecret() throws {
        let problems = #expect(throws: ConfigurationProblems.self) {
            try Self.load(
                Self.development,
                [
                    "MONGODB_URI": "mongodb://ada:hush-1@/", "REDIS_URL": "redis://:hush-2@",
                    "SECOND_NO_AUTH_SESSION_SECRET": "hush-3", "SECOND_PUBLIC_URL": "https://ada:hush-4@second.example",
                ]
            )
        }
        #expect(problems?.problems.count == 4)
        #expect(problems?.description.contains("hush") == false)
    }

    // MARK: - Production

    private static let environments: [(String?, String?, Bool)] = [
        ("production", nil, true), (nil, "production", true), ("development", "production", false), (nil, nil, false),
    ]

    @Test(arguments: Self.environments)
    func theNodeNameIsAnAlias(_ own: String?, _ other: String?, isProduction: Bool) throws {
        let (configuration, _) = try Self.load(Self.production, ["SECOND_ENV": own, "NODE_ENV": other])
        #expect(configuration.isProduction == isProduction)
    }

    @Test(arguments: ["0.0.0.0", "10.0.0.7", "::", "second.internal", "127.example.org"])
    func productionShowsOpenSignInToNobodyUnlessToldTo(_ host: String) throws {
        let commandLine = WebConfiguration.CommandLine(host: host)
        let problems = #expect(throws: ConfigurationProblems.self) {
            try Self.load(Self.production, commandLine: commandLine)
        }
        #expect(problems?.problems.map(\.variable) == ["SECOND_AUTH_MODE"])
        let allowed: [String: String?] = ["SECOND_ALLOW_OPEN_SIGN_IN": "yes"]
        #expect(try Self.load(Self.production, allowed, commandLine: commandLine).warnings.count == 1)
        #expect(try Self.load(Self.development, commandLine: commandLine).warnings.count == 1)
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
    func loopbackNeedsNoPermission(_ host: String) throws {
        #expect(try Self.load(Self.production, commandLine: .init(host: host)).warnings.isEmpty)
    }

    // MARK: - Where it listens

    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("web-7f9c", "127.0.0.1"), ("", "127.0.0.1"), ("1.2.3", "127.0.0.1"),
        ("1.2.3.256", "127.0.0.1"),
    ])
    func theHostNameOfAContainerIsNoAddressToListenOn(_ value: String, host: String) throws {
        #expect(try Self.load(Self.development, ["HOSTNAME": value]).configuration.host == host)
    }

    @Test
    func theCommandLineWins() throws {
        let (configuration, _) = try Self.load(
            Self.development,
            ["PORT": "4000", "HOSTNAME": "0.0.0.0"],
            commandLine: .init(host: "127.0.0.1", port: 4001)
        )
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 4001)
    }

    // MARK: - Files

    @Test(arguments: [
        "MONGODB_URI", "REDIS_URL", "INTERNAL_API_TOKEN", "SECOND_NO_AUTH_SESSION_SECRET",
    ])
    func everySecretMayComeFromAFile(_ variable: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "secret-\(IdentifierSource.live.token())"
        )
        defer { try? FileManager.default.removeItem(at: file) }
        let value = try #require(Self.production[variable])
        try Data("\(value)\n".utf8).write(to: file)
        let (configuration, _) = try Self.load(Self.production, [variable: nil, variable + "_FILE": file.path])
        let read = [
            "MONGODB_URI": configuration.database.uri, "REDIS_URL": configuration.bus.uri,
            "INTERNAL_API_TOKEN": configuration.internalToken,
            "SECOND_NO_AUTH_SESSION_SECRET": configuration.sessionSecret,
        ]
        #expect(read[variable]??.reveal() == value)

        // Both at once, a file that is not there, a file without content.
        #expect(try Self.refused(Self.production, [variable + "_FILE": file.path]) == [variable])
        #expect(
            try Self.refused(Self.production, [variable: nil, variable + "_FILE": "/nowhere"]) == [variable + "_FILE"]
        )
        try Data("\n".utf8).write(to: file)
        #expect(
            try Self.refused(Self.production, [variable: nil, variable + "_FILE": file.path]) == [variable + "_FILE"]
        )
    }

    // MARK: - What is shown

    @Test
    func theSummaryTellsEverythingButSecrets() throws {
        let (configuration, _) = try Self.load(
            Self.production,
            [
                "MONGODB_URI": "mongodb://ada:hush@a,b/second?authSource=hush", "SECOND_METRICS_PORT": "9100",
                "INTERNAL_API_TOKEN": "hush" + Self.secret,
            ]
        )
        let summary = configuration.summary
        #expect(!summary.contains("hush"))
        #expect(!summary.contains(Self.secret))
        for part in ["mongodb://a,b/second", "rediss://redis.example:6379", "127.0.0.1:9100", "https://second.example"]
        {
            #expect(summary.contains(part))
        }
        #expect(!"\(configuration)".contains("hush"))
    }

    private static let idle: [(String, String?)] = [
        ("SECOND_AUTHMODE", "SECOND_AUTHMODE is not a variable of this version."),
        ("SECOND_PUBLIC_URL_FILE", "SECOND_PUBLIC_URL_FILE is not a variable of this version."),
        ("SECOND_POSTHOG_TOKEN", "SECOND_POSTHOG_TOKEN is not used by this version."),
        ("WORKOS_API_KEY", "WORKOS_API_KEY is not used by this version."),
        ("SECOND_TOKEN_ENCRYPTION_KEY_FILE", "SECOND_TOKEN_ENCRYPTION_KEY_FILE is not used by this version."),
        ("SECOND_CLAUDE_PATH", nil), ("ANTHROPIC_API_KEY", nil), ("CI", nil), ("PATH", nil), ("VERCEL", nil),
    ]

    @Test(arguments: Self.idle)
    func aVariableThatChangesNothingIsPointedOut(_ variable: String, warning: String?) throws {
        #expect(try Self.load(Self.development, [variable: "x"]).warnings == (warning.map { [$0] } ?? []))
    }
}
