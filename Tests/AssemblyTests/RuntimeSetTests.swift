import Application
import Domain
import Foundation
import Logging
import RuntimeProtocols
import Runtimes
import ScriptedModel
import Synchronization
import Testing

@testable import Assembly

/// Who answers, in what, and what is refused.
@Suite struct RuntimeSetTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let noBox = SandboxProbe.Finding.unusable(reason: "bubblewrap is not installed")

    private static func settings(
        in folder: URL,
        isProduction: Bool = false,
        key: String? = nil,
        allowsLogin: Bool = false
    ) throws -> WorkerSettings {
        try withResources { resources in
            WorkerSettings(
                isProduction: isProduction,
                dataFolder: DataFolder(at: folder.path(percentEncoded: false)),
                workspaces: folder,
                resources: try #require(ResourceFolder.locate(override: resources.path, executable: "/nowhere")),
                toolchainFolder: folder,
                npmPath: nil,
                npmRegistry: nil,
                anthropicAPIKey: key.map { Secret($0) },
                anthropicBaseURL: nil,
                scrubsClaudeSubprocesses: true,
                isDemo: false,
                testsRuntimes: false,
                allowsClaudeLogin: allowsLogin
            )
        }
    }

    private static func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "runtime-set-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Left over in the worst case.
        return try await body(folder)
    }

    @Test func productionWithoutASandboxIsRefused() async throws {
        try await Self.withFolder { folder in
            let settings = try Self.settings(in: folder, isProduction: true, key: "sk-ant-key")
            do {
                _ = try await RuntimeSet.make(
                    settings: settings,
                    environment: ["SECOND_CLAUDE_PATH": "/bin/true"],
                    demoURL: nil,
                    sandbox: Self.noBox,
                    logger: Self.logger
                )
                Issue.record("production started without a sandbox")
            } catch let error as RuntimeSet.NoSandbox {
                #expect("\(error)".contains("bubblewrap is not installed"))
            }
        }
    }

    @Test(arguments: [(false, false, true), (true, false, false), (true, true, true)])
    func aLoginIsUsedInProductionOnlyWhereItIsAllowed(
        _ isProduction: Bool,
        _ isAllowed: Bool,
        _ isUsed: Bool
    ) async throws {
        let probe = SandboxProbe(locator: ExecutableLocator(environment: ["PATH": "/usr/bin:/bin"]))
        guard case .usable = await probe.find() else { try Test.cancel("bubblewrap does not work on this machine") }
        try await Self.withFolder { folder in
            let claude = folder.appending(path: ".claude", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: claude, withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: claude.appending(path: ".credentials.json"))
            let environment = ["HOME": folder.path(percentEncoded: false), "SECOND_CLAUDE_PATH": "/bin/true"]
            let settings = try Self.settings(in: folder, isProduction: isProduction, allowsLogin: isAllowed)
            let set = try await RuntimeSet.make(
                settings: settings,
                environment: environment,
                demoURL: nil,
                logger: Self.logger
            )
            #expect(set.all.isEmpty == !isUsed)
            #expect(RuntimeSet.hasCredentials(settings, environment: environment) == isUsed)
            #expect(RuntimeSet.usesLogin(settings, environment: environment) == isUsed)
            let found = await set.detect().runtimes["claude-code"]
            #expect(found?.auth.cliLikelyConfigured == isUsed)
            let keyed = try Self.settings(in: folder, isProduction: isProduction, key: "k", allowsLogin: isAllowed)
            #expect(!RuntimeSet.usesLogin(keyed, environment: environment))
        }
    }

    @Test(.enabled(if: FakeCommand.isReady, "Claude Code is not here; set SECOND_CLAUDE_PATH."))
    func withoutBubblewrapALocalTurnRuns() async throws {
        let executable = try #require(FakeCommand.claude)
        let script = Script(
            order: .listed,
            turns: [
                .init("shell", answer: .init([.tool("Bash", ["command": "echo from-the-shell"])])),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        try await Self.withFolder { folder in
            let settings = try Self.settings(in: folder)
            try await ScriptedModelServer.with(script, logger: Self.logger) { _, url in
                let set = try await RuntimeSet.make(
                    settings: settings,
                    environment: ["SECOND_CLAUDE_PATH": executable, "PATH": "/usr/bin:/bin"],
                    demoURL: url,
                    sandbox: Self.noBox,
                    logger: Self.logger
                )
                let found = try #require(await set.detect().runtimes["claude-code"])
                #expect(found.available)
                #expect(found.features?["linuxBubblewrapRequired"] == false)
                #expect(found.features?["subprocessEnvScrub"] == false)
                let workspace = folder.appending(path: "workspace", directoryHint: .isDirectory)
                try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
                let turn = TurnRequest(
                    key: "app",
                    prompt: "go",
                    systemPrompt: "You build apps.",
                    settings: .standard,
                    maxTurns: 4,
                    resume: nil,
                    workspace: workspace,
                    home: RuntimeHome(root: folder.appending(path: "home", directoryHint: .isDirectory)),
                    builtInTools: ["Bash"],
                    toolServers: [],
                    approvalTools: [],
                    stopsForApproval: { _, _ in false }
                )
                let events = Mutex<[RuntimeEvent]>([])
                let runtime = try #require(set.all.first)
                try await runtime.run(turn) { event in events.withLock { $0.append(event) } }
                let results = events.withLock { $0 }
                    .compactMap { event -> String? in
                        guard case .toolResult(_, let content, _) = event else { return nil }
                        return String(describing: content)
                    }
                #expect(results.contains { $0.contains("from-the-shell") })
            }
        }
    }
}
