import Domain
import Foundation
import Subprocess
import Testing

/// What an operator sees of a configuration, from the built binary (spec 05 B44).
@Suite(.enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct ConfigurationJourney {
    private static let canary = "canary-2f7c1e9ad04b63"

    /// Every secret that there is, each with the canary in it.
    private static let secrets = [
        "ANTHROPIC_API_KEY": "sk-ant-\(canary)",
        "INTERNAL_API_TOKEN": "token-\(canary)-\(canary)",
        "MONGODB_URI": "mongodb://ada:\(canary)@db.example:27017/second?authSource=admin",
        "REDIS_URL": "rediss://ada:\(canary)@redis.example:6380",
        "SECOND_NO_AUTH_SESSION_SECRET": "session-\(canary)-\(canary)",
    ]

    private static let rest = [
        "SECOND_ENV": "production", "SECOND_AUTH_MODE": "none", "SECOND_PUBLIC_URL": "https://second.example",
        "WORKER_URL": "http://worker:3001", "SECOND_WORKER_URL": "http://worker:3001", "SECOND_LOG_LEVEL": "trace",
    ]

    @Test(arguments: ["up", "web", "worker"])
    func everyProblemIsToldAtOnceWithExitCode78(_ process: String) async throws {
        let refused = [
            "up": [
                "SECOND_AUTH_MODE", "SECOND_PUBLIC_URL", "SECOND_NO_AUTH_SESSION_SECRET", "PORT",
                "ANTHROPIC_API_KEY_FILE", "SECOND_LOG_LEVEL", "SECOND_TRUSTED_PROXIES",
            ],
            "web": [
                "SECOND_AUTH_MODE", "SECOND_PUBLIC_URL", "SECOND_NO_AUTH_SESSION_SECRET", "PORT", "SECOND_LOG_LEVEL",
                "MONGODB_URI", "REDIS_URL", "REDIS_CA_FILE", "INTERNAL_API_TOKEN", "WORKER_URL",
                "SECOND_TRUSTED_PROXIES", "SECOND_WEB_DRAIN_SECONDS",
            ],
            "worker": [
                "PORT", "ANTHROPIC_API_KEY_FILE", "SECOND_LOG_LEVEL", "REDIS_URL", "REDIS_CA_FILE",
                "INTERNAL_API_TOKEN", "SECOND_WORKER_MAX_TURNS",
            ],
        ]
        let environment = [
            "SECOND_ENV": "production", "SECOND_AUTH_MODE": "magic", "SECOND_PUBLIC_URL": "second.example",
            "SECOND_NO_AUTH_SESSION_SECRET": Self.canary, "PORT": "65536", "ANTHROPIC_API_KEY_FILE": "/nowhere",
            "SECOND_LOG_LEVEL": "loud", "MONGODB_URI": "mongodb://ada:\(Self.canary)@db.example",
            "REDIS_URL": "http://:\(Self.canary)@redis", "REDIS_CA_FILE": "/nowhere",
            "INTERNAL_API_TOKEN": Self.canary, "WORKER_URL": "worker", "SECOND_TRUSTED_PROXIES": "proxy",
            "SECOND_WEB_DRAIN_SECONDS": "-1", "SECOND_WORKER_MAX_TURNS": "0",
        ]
        for arguments in [[process], [process, "--check-config"]] {
            let ended = try await SecondCommand(arguments: arguments, environment: environment).run()
            #expect(ended.status == .exited(78), "\(ended.text)")
            let told = Set(ended.lines.dropFirst().compactMap { $0.split(separator: ":").first.map(String.init) })
            #expect(told == Set(try #require(refused[process])), "\(ended.text)")
            #expect(!ended.text.contains(Self.canary))
        }
    }

    @Test(arguments: ["up", "web", "worker"])
    func whatIsPrintedHoldsNoSecret(_ process: String) async throws {
        let folder = try SecondServer.freshDataFolder("check-config")
        var fromFiles = Self.rest
        for (name, secret) in Self.secrets {
            let file = folder.appendingPathComponent(name)
            try Data("\(secret)\n".utf8).write(to: file)
            fromFiles[name + "_FILE"] = file.path
        }
        let direct = Self.rest.merging(Self.secrets) { own, _ in own }
        var printed: [String] = []
        for environment in [direct, fromFiles] {
            let ended = try await SecondCommand(arguments: [process, "--check-config"], environment: environment).run()
            #expect(ended.status == .exited(0), "\(ended.text)")
            #expect(!ended.text.contains(Self.canary), "\(ended.text)")
            #expect(!ended.text.contains("warning:"), "\(ended.text)")
            printed.append(ended.text)
        }
        #expect(printed[0] == printed[1], "A file is as good as the variable.")
        #expect(printed[0].contains("production") && printed[0].contains("true"))
        if process == "web" {
            for part in ["mongodb://db.example:27017/second", "rediss://redis.example:6380"] {
                #expect(printed[0].contains(part))
            }
        }
    }

    @Test(arguments: ["up", "web", "worker"])
    func aSlipOfThePenGivesAWarning(_ process: String) async throws {
        var environment = Self.rest.merging(Self.secrets) { own, _ in own }
        environment["SECOND_TRUSTED_PROXY"] = "10.0.0.1"
        environment["SECOND_POSTHOG_TOKEN"] = "phc"
        let ended = try await SecondCommand(arguments: [process, "--check-config"], environment: environment).run()
        #expect(ended.status == .exited(0))
        #expect(ended.text.contains("warning: SECOND_TRUSTED_PROXY is not a variable of this version."))
        #expect(ended.text.contains("warning: SECOND_POSTHOG_TOKEN is not used by this version."))
        #expect(ended.lines.filter { $0.hasPrefix("warning:") }.count == 2, "\(ended.text)")
    }
}
