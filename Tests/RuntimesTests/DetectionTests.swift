import Domain
import Foundation
import Runtimes
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
