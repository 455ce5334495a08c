import Domain
import Foundation
import Logging
import RuntimeProtocols
import Runtimes
import ScriptedModel
import Testing

/// The real Claude Code with a scripted model, in folders of its own that are removed afterwards.
struct ClaudeBench: Sendable {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Where the CLI is; a desk without it skips, the build machine fails.
    static let claude: String? = {
        let environment = ProcessInfo.processInfo.environment
        let tools = environment["SECOND_TOOLCHAIN_DIR"].map { [URL(filePath: $0)] } ?? []
        let locator = ExecutableLocator(environment: environment, toolFolders: tools)
        return locator.locate("claude", override: "SECOND_CLAUDE_PATH")
    }()

    static var isReady: Bool { Self.claude != nil || ProcessInfo.processInfo.environment["CI"] != nil }

    let root: URL
    let workspace: URL
    let home: RuntimeHome
    let model: URL
    let containment: ClaudeCodeConfiguration.Containment
    let runtime: ClaudeCodeRuntime

    /// Serves the script and hands over a bench, in the sandbox where it works.
    static func with(
        _ script: Script,
        sandboxed: Bool = true,
        key: String? = nil,
        retries: Int = 1,
        _ body: @Sendable (ClaudeBench, ScriptedModelServer) async throws -> Void
    ) async throws {
        let executable = try #require(Self.claude, "Claude Code is not on this machine; set SECOND_CLAUDE_PATH.")
        var containment = ClaudeCodeConfiguration.Containment.none
        let locator = ExecutableLocator(environment: ["PATH": "/usr/bin:/bin"])
        if sandboxed, case .usable(let sandbox) = await SandboxProbe(locator: locator).find() {
            containment = .sandbox(sandbox)
        }
        let contained = containment
        try await ScriptedModelServer.with(script, logger: self.logger) { server, url in
            let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
                .appending(path: "claude-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
            let workspace = root.appending(path: "workspaces/app", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: root) }  // Left over in the worst case.
            let configuration = ClaudeCodeConfiguration(
                executable: executable,
                provider: key.map { .key(Secret($0), baseURL: url) } ?? .loopback(url),
                containment: contained,
                scrubsShells: false,
                maxRetries: retries
            )
            let bench = ClaudeBench(
                root: root,
                workspace: workspace,
                home: RuntimeHome(root: root.appending(path: "homes/app", directoryHint: .isDirectory)),
                model: url,
                containment: contained,
                runtime: ClaudeCodeRuntime(configuration, logger: self.logger)
            )
            try await body(bench, server)
        }
    }

    var isSandboxed: Bool { if case .sandbox = self.containment { true } else { false } }

    func turn(
        _ prompt: String = "make it",
        systemPrompt: String = "You build apps.",
        resume: String? = nil,
        tools: [String] = ["Read", "Write", "Edit", "Bash"],
        servers: [ToolServerEndpoint] = [],
        approvalTools: [String] = []
    ) -> TurnRequest {
        TurnRequest(
            key: "app",
            prompt: prompt,
            systemPrompt: systemPrompt,
            settings: .standard,
            maxTurns: 6,
            resume: resume,
            workspace: self.workspace,
            home: self.home,
            builtInTools: tools,
            toolServers: servers,
            approvalTools: approvalTools,
            stopsForApproval: { _, _ in true }
        )
    }

    /// Runs a turn and collects what it says.
    func run(_ turn: TurnRequest) async throws -> EventLog {
        let log = EventLog()
        try await self.runtime.run(turn) { await log.add($0) }
        return log
    }

    /// How many of this test's own processes are alive whose command line holds the text.
    static func processes(with text: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // None elsewhere.
        return names.filter { name in
            guard Int32(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
        .count
    }
}

/// The events of a turn.
actor EventLog {
    private(set) var events: [RuntimeEvent] = []

    func add(_ event: RuntimeEvent) { self.events.append(event) }

    var text: String {
        self.events.compactMap { if case .stream(.textDelta(_, let text)) = $0 { text } else { nil } }.joined()
    }

    var session: String? {
        self.events.compactMap { if case .started(let id, _) = $0 { id } else { nil } }.first
    }

    var result: RuntimeEvent.TurnResult? {
        self.events.compactMap { if case .result(let result) = $0 { result } else { nil } }.last
    }

    /// The texts of the tools' results, in order.
    var toolResults: [String] {
        self.events.compactMap { event in
            guard case .toolResult(_, let content, _) = event else { return nil }
            return content.string ?? content.array?.compactMap { $0["text"]?.string }.joined()
        }
    }

    var hasRetry: Bool { self.events.contains { if case .retrying = $0 { true } else { false } } }

    func contains(_ event: RuntimeEvent) -> Bool { self.events.contains(event) }
}
