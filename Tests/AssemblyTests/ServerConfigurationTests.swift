import Assembly
import Domain
import Foundation
import Testing

@Suite
struct ServerConfigurationTests {
    /// A folder that looks like an installation's resources.
    private static func resources() throws -> URL {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(
            "resources-\(IdentifierSource.live.token())"
        )
        for part in ["Web", "AppTemplate", "Toolchain"] {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(part),
                withIntermediateDirectories: true
            )
        }
        return root
    }

    @Test
    func allProblemsAreToldAtOnce() throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let environment = [
            "SECOND_RESOURCES_DIR": resources.path,
            "SECOND_AUTH_MODE": "magic",
            "SECOND_PUBLIC_URL": "https://second.example/path",
            "SECOND_NO_AUTH_SESSION_SECRET": "short",
            "PORT": "70000",
            "SECOND_DEMO": "maybe",
        ]
        let problems = #expect(throws: ConfigurationProblems.self) {
            try ServerConfiguration.load(environment: environment, commandLine: .init())
        }
        #expect(
            problems?.problems.map(\.variable) == [
                "SECOND_AUTH_MODE", "SECOND_PUBLIC_URL", "SECOND_NO_AUTH_SESSION_SECRET", "PORT", "SECOND_DEMO",
            ]
        )
    }

    @Test
    func aMinimalEnvironmentGivesTheLocalDefaults() throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let (configuration, warnings) = try ServerConfiguration.load(
            environment: ["SECOND_RESOURCES_DIR": resources.path, "SECOND_DATA_DIR": "/var/lib/second"],
            commandLine: .init()
        )
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 3000)
        #expect(!configuration.portIsFixed)
        #expect(configuration.authMode == .none)
        #expect(configuration.scrubsClaudeSubprocesses)
        #expect(configuration.toolchainFolder.path == "/var/lib/second/toolchain")
        #expect(warnings.isEmpty)
    }

    @Test(arguments: [("0", false), ("1", true), ("false", true), ("no", true)])
    func onlyTheLiteralZeroTurnsScrubbingOff(_ value: String, scrubs: Bool) throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let (configuration, _) = try ServerConfiguration.load(
            environment: ["SECOND_RESOURCES_DIR": resources.path, "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB": value],
            commandLine: .init()
        )
        #expect(configuration.scrubsClaudeSubprocesses == scrubs)
    }

    @Test
    func aSecretMayComeFromAFileButNotTwice() throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let file = resources.appendingPathComponent("key")
        try Data("sk-from-file\n".utf8).write(to: file)
        var environment = ["SECOND_RESOURCES_DIR": resources.path, "ANTHROPIC_API_KEY_FILE": file.path]
        let (configuration, _) = try ServerConfiguration.load(environment: environment, commandLine: .init())
        #expect(configuration.anthropicAPIKey?.reveal() == "sk-from-file")
        #expect(!configuration.summary.contains("sk-from-file"))

        environment["ANTHROPIC_API_KEY"] = "sk-direct"
        #expect(throws: ConfigurationProblems.self) {
            try ServerConfiguration.load(environment: environment, commandLine: .init())
        }
    }

    @Test
    func anUnknownVariableOfOursIsWarnedAbout() throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let (_, warnings) = try ServerConfiguration.load(
            environment: ["SECOND_RESOURCES_DIR": resources.path, "SECOND_AUTHMODE": "none"],
            commandLine: .init()
        )
        #expect(warnings == ["SECOND_AUTHMODE is not a variable of this version."])
    }

    @Test
    func processesThatStartAtOnceKeepTheSameSecret() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "secret-\(IdentifierSource.live.token())"
        )
        defer { try? FileManager.default.removeItem(at: file) }
        let secrets = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { try KeptSecret.load(at: file).reveal() } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)

        try Data("damaged".utf8).write(to: file)
        let mended = try KeptSecret.load(at: file).reveal()
        #expect(mended.utf8.count == 64)
        #expect(try KeptSecret.load(at: file).reveal() == mended)
    }

    @Test
    func productionShowsItsOpenSignInToNobody() throws {
        let resources = try Self.resources()
        defer { try? FileManager.default.removeItem(at: resources) }
        let environment = ["SECOND_RESOURCES_DIR": resources.path, "NODE_ENV": "production"]
        #expect(throws: ConfigurationProblems.self) {
            try ServerConfiguration.load(environment: environment, commandLine: .init(host: "0.0.0.0"))
        }
        #expect(try ServerConfiguration.load(environment: environment, commandLine: .init()).configuration.isProduction)
    }

    @Test
    func twoProcessesCannotShareADataFolder() throws {
        let folder = DataFolder(
            at: FileManager.default.temporaryDirectory.appendingPathComponent("data-\(IdentifierSource.live.token())")
                .path
        )
        defer { try? FileManager.default.removeItem(at: folder.root) }
        let lock = try folder.open()
        #expect(throws: DataFolder.Unusable.inUse(folder.root.path)) { try folder.open() }
        let mode = try FileManager.default.attributesOfItem(atPath: folder.root.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        withExtendedLifetime(lock) {}
    }

    @Test
    func aKeptSecretSurvivesRestartsAndIsPrivate() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "secret-\(IdentifierSource.live.token())"
        )
        defer { try? FileManager.default.removeItem(at: file) }
        let first = try KeptSecret.load(at: file)
        let second = try KeptSecret.load(at: file)
        #expect(first.reveal() == second.reveal())
        #expect(first.reveal().utf8.count == 64)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
