import Domain
import Foundation
import Testing

@testable import Assembly

@Suite struct WorkerConfigurationTests {
    private static let token = String(repeating: "t", count: 32)

    private func load(
        _ environment: [String: String],
        _ commandLine: WorkerConfiguration.CommandLine = .init()
    ) throws -> (configuration: WorkerConfiguration, warnings: [String]) {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return try WorkerConfiguration.load(
            environment: environment.merging(["SECOND_RESOURCES_DIR": folder.path]) { own, _ in own },
            commandLine: commandLine,
            executable: "/nowhere/second"
        )
    }

    private func problems(_ environment: [String: String]) throws -> [String] {
        do {
            _ = try self.load(environment)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.problems.map(\.variable)
        }
    }

    @Test func aDeskNeedsNothing() throws {
        let (configuration, warnings) = try self.load([:])
        #expect(warnings.isEmpty)
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 3001)
        #expect(configuration.internalToken == nil)
        #expect(configuration.bus == nil)
        #expect(configuration.advertisedURL.absoluteString == "http://127.0.0.1:3001")
        #expect(configuration.internalWebURL.absoluteString == "http://localhost:3000")
        #expect(configuration.settings.workspaces == configuration.settings.dataFolder.workspaces)
        #expect(configuration.maximumTurns == 16)
        #expect(configuration.maximumSessions == 1000)
        #expect(configuration.drainLimit == .seconds(300))
        #expect(configuration.memoryReserve == 0)
        #expect(configuration.settings.scrubsClaudeSubprocesses)
    }

    @Test func productionListensToTheNetworkAndNeedsTheToken() throws {
        #expect(try self.problems(["SECOND_ENV": "production"]) == ["INTERNAL_API_TOKEN"])
        #expect(
            try self.problems(["NODE_ENV": "production", "INTERNAL_API_TOKEN": String(Self.token.dropLast())])
                == ["INTERNAL_API_TOKEN"]
        )
        let configuration = try self.load([
            "NODE_ENV": "production", "INTERNAL_API_TOKEN": Self.token, "HOSTNAME": "worker-0",
            "REDIS_URL": "rediss://user:hush@redis:6380/2",
        ]).configuration
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.memoryReserve == 268_435_456)
        #expect(configuration.internalToken?.reveal() == Self.token)
        #expect(configuration.advertisedURL.absoluteString == "http://worker-0:3001")
        #expect(configuration.bus?.shown == "rediss://redis:6380/2")
        #expect(!configuration.summary.contains("hush"))
        #expect(!configuration.summary.contains(Self.token))
    }

    @Test func theTokenMayComeFromAFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        try Data((Self.token + "\n").utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // Nothing there is fine.
        let configuration = try self.load(["INTERNAL_API_TOKEN_FILE": file.path]).configuration
        #expect(configuration.internalToken?.reveal() == Self.token)
        #expect(
            try self.problems(["INTERNAL_API_TOKEN_FILE": file.path, "INTERNAL_API_TOKEN": "x"])
                == ["INTERNAL_API_TOKEN"]
        )
        #expect(try self.problems(["INTERNAL_API_TOKEN_FILE": "/nowhere"]) == ["INTERNAL_API_TOKEN_FILE"])
    }

    @Test(arguments: [
        ("SECOND_WORKER_MAX_TURNS", "1", true), ("SECOND_WORKER_MAX_TURNS", "1000", true),
        ("SECOND_WORKER_MAX_TURNS", "0", false), ("SECOND_WORKER_MAX_TURNS", "1001", false),
        ("SECOND_WORKER_MAX_TURNS", "many", false), ("SECOND_WORKER_MAX_SESSIONS", "16", true),
        ("SECOND_WORKER_MAX_SESSIONS", "15", false), ("SECOND_WORKER_MAX_SESSIONS", "100001", false),
        ("SECOND_WORKER_MEMORY_RESERVE_MB", "1048576", true), ("SECOND_WORKER_MEMORY_RESERVE_MB", "1048577", false),
        ("SECOND_WORKER_DRAIN_SECONDS", "0", true), ("SECOND_WORKER_DRAIN_SECONDS", "86400", true),
        ("SECOND_WORKER_DRAIN_SECONDS", "86401", false), ("PORT", "65536", false), ("REDIS_URL", "http://x", false),
        ("SECOND_WORKER_URL", "http://x/path", false), ("INTERNAL_WEB_URL", "web:3000", false),
        ("TOOL_EXECUTE_URL", "/api/internal/tool-execute", false),
    ])
    func valuesHaveLimits(_ variable: String, _ value: String, _ isFine: Bool) throws {
        #expect(try self.problems([variable: value]) == (isFine ? [] : [variable]))
    }

    @Test func everythingWrongIsToldAtOnce() throws {
        let found = try self.problems([
            "SECOND_ENV": "production", "PORT": "x", "REDIS_URL": "x", "SECOND_WORKER_MAX_TURNS": "x",
            "SECOND_LOG_LEVEL": "loud",
        ])
        #expect(
            Set(found) == [
                "PORT", "REDIS_URL", "SECOND_WORKER_MAX_TURNS", "SECOND_LOG_LEVEL", "INTERNAL_API_TOKEN",
            ]
        )
    }

    @Test func aWorkerOnEveryAddressHasToSayWhereItIs() throws {
        let registered = ["REDIS_URL": "redis://redis", "WORKER_HOST": "0.0.0.0"]
        #expect(try self.problems(registered) == ["SECOND_WORKER_URL"])
        let named = registered.merging(["SECOND_WORKER_URL": "http://10.0.0.7:4000"]) { $1 }
        #expect(try self.load(named).configuration.advertisedURL.absoluteString == "http://10.0.0.7:4000")
        let one = try self.load(["REDIS_URL": "redis://redis", "WORKER_HOST": "10.0.0.8"]).configuration
        #expect(one.advertisedURL.absoluteString == "http://10.0.0.8:3001")
        #expect(try self.problems(["WORKER_HOST": "0.0.0.0"]).isEmpty)
    }

    @Test(arguments: [
        (["INTERNAL_WEB_URL": "http://web:3000"], "http://web:3000"),
        (["TOOL_EXECUTE_URL": "http://web:3000/api/internal/tool-execute"], "http://web:3000"),
        (["WEB_URL": "https://second.example"], "https://second.example"),
        (["INTERNAL_WEB_URL": "http://a", "TOOL_EXECUTE_URL": "http://b/x", "WEB_URL": "http://c"], "http://a"),
    ])
    func callbacksGoToOneOrigin(_ environment: [String: String], _ origin: String) throws {
        #expect(try self.load(environment).configuration.internalWebURL.absoluteString == origin)
    }

    @Test func aSlipOfThePenIsPointedOut() throws {
        let warnings = try self.load(["SECOND_WORKER_MAX_TURN": "3", "SECOND_PUBLIC_URL": "http://x"]).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("SECOND_WORKER_MAX_TURN") == true)
    }
}
