import Domain
import Foundation
import Runtimes
import Synchronization
import TestSupport
import Testing

struct DetectionTests {
    @Test func anOverrideWinsAndARelativePathIsNone() {
        let environment = ["PATH": "relative:/bin", "SECOND_CLAUDE_PATH": "/bin/sh", "BAD": "sh", "GONE": "/no/such"]
        let locator = ExecutableLocator(environment: environment)
        #expect(locator.locate("claude", override: "SECOND_CLAUDE_PATH") == "/bin/sh")
        #expect(locator.locate("sh", override: "BAD") == nil)
        #expect(locator.locate("sh", override: "GONE") == nil)
        #expect(locator.locate("sh", override: "UNSET") == "/bin/sh")
        #expect(locator.locate("no-such-program") == nil)
        #expect(!locator.searchPath.contains("relative"))
    }

    @Test func reportsBooleansAndNeverValues() async throws {
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/no/home", "ANTHROPIC_API_KEY": "sk-secret",
            "SECOND_CLAUDE_PATH": "/no/such", "SECOND_CODEX_PATH": "/no/such", "SECOND_OPENCODE_PATH": "/no/such",
        ]
        let locator = ExecutableLocator(environment: environment)
        let found = await ProviderDetection(environment: environment, locator: locator).detect()
        #expect(found.map(\.id) == [.claudeCode, .codex, .openCode])
        #expect(found.allSatisfy { !$0.isAvailable && $0.version == nil })
        #expect(found[0].envKeyConfigured)
        #expect(!found[0].cliLikelyConfigured)
        #expect(found[0].features["subprocessEnvScrub"] == true)
        #expect(!String(reflecting: found).contains("sk-secret"))
    }

    @Test(arguments: [(nil, true), ("1", true), ("", true), ("false", true), ("0 ", true), ("0", false)])
    func onlyTheLiteralZeroTurnsScrubbingOff(_ value: String?, _ scrubs: Bool) {
        #expect(ClaudeCodeConfiguration.scrubs(value) == scrubs)
    }

    @Test(.enabled(if: ClaudeBench.isReady)) func findsTheVersionOfTheRealCLI() async throws {
        let path = try #require(ClaudeBench.claude)
        let environment = ["PATH": "/usr/bin:/bin", "SECOND_CLAUDE_PATH": path]
        let locator = ExecutableLocator(environment: environment)
        let found = await ProviderDetection(environment: environment, locator: locator).detect()
        #expect(found[0].version?.hasPrefix("2.") == true)
    }

    /// The commands are real: a script that notes each time it is asked for its version.
    @Test func manyQuestionsStartAsManyProcessesAsOne() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "detection-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // A left folder harms nobody.
        let (script, notes) = (folder.appending(path: "claude").path, folder.appending(path: "notes").path)
        try "#!/bin/sh\necho asked >> '\(notes)'\necho 2.0.1\n".write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "SECOND_CLAUDE_PATH": script,
            "SECOND_CODEX_PATH": "/no/such", "SECOND_OPENCODE_PATH": "/no/such",
        ]
        let detection = ProviderDetection(
            environment: environment,
            locator: ExecutableLocator(environment: environment)
        )
        let time = Mutex(Duration.zero)
        let recent = RecentDetection(uptime: Uptime { time.withLock { $0 } }) { await detection.detect() }
        func asked() throws -> Int { try String(contentsOfFile: notes, encoding: .utf8).split(separator: "\n").count }

        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { #expect(await recent.detect()[0].version == "2.0.1") } }
        }
        #expect(try asked() == 1)

        let login = folder.appending(path: ".claude")
        try FileManager.default.createDirectory(at: login, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: login.appending(path: ".credentials.json"))
        time.withLock { $0 = RecentDetection.lifetime - .milliseconds(1) }
        #expect(await recent.detect()[0].cliLikelyConfigured == false)
        #expect(try asked() == 1)
        time.withLock { $0 = RecentDetection.lifetime }
        #expect(await recent.detect()[0].cliLikelyConfigured)
        #expect(try asked() == 2)
    }

    @Test func aSlowLookIsSharedAndItsFindingLivesFromItsEnd() async throws {
        let time = Mutex(Duration.zero)
        let looks = Mutex(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let recent = RecentDetection(uptime: Uptime { time.withLock { $0 } }) {
            looks.withLock { $0 += 1 }
            for await _ in gate {}
            return []
        }
        async let first = recent.detect()
        try await eventually { looks.withLock { $0 } == 1 }
        time.withLock { $0 = .seconds(10) }
        async let second = recent.detect()
        open.finish()
        _ = await (first, second)
        time.withLock { $0 = .seconds(13) - .milliseconds(1) }
        _ = await recent.detect()
        #expect(looks.withLock { $0 } == 1)
        time.withLock { $0 = .seconds(13) }
        _ = await recent.detect()
        #expect(looks.withLock { $0 } == 2)
    }

    @Test func theSandboxIsFoundOrItsAbsenceExplained() async {
        let missing = ExecutableLocator(environment: [:])
        switch await SandboxProbe(locator: missing).find() {
        case .usable(let sandbox):
            let command = sandbox.wrap(.init(executable: "/usr/bin/true", arguments: ["x"]), workingDirectory: "/tmp")
            #expect(command.arguments.suffix(2) == ["/usr/bin/true", "x"])
            #expect(command.arguments.contains("--unshare-pid"))
        case .unusable(let reason): #expect(!reason.isEmpty)
        }
    }
}
