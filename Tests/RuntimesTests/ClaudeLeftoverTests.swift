import Domain
import Foundation
import RuntimeProtocols
import ScriptedModel
import TestSupport
import Testing

@testable import Runtimes

/// What a CLI leaves behind, and what it asks its provider for.
@Suite(.serialized, .enabled(if: ClaudeBench.isReady, "Claude Code is not on this machine; set SECOND_CLAUDE_PATH."))
struct ClaudeLeftoverTests {
    @Test func allThatATurnAsksForPassesTheRelay() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init("shell", answer: .init([.tool("Bash", ["command": "echo hello"])])),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        try await ClaudeBench.with(script, key: "sk-ant-the-real-key-0123456789") { bench, model in
            let log = try await bench.run(bench.turn())
            #expect(await log.text == "Done.")
            let paths = await model.requests.map { $0.path.split(separator: "?").first.map(String.init) ?? "" }
            #expect(!paths.isEmpty)
            #expect(Set(paths).isSubset(of: ["/v1/messages", "/v1/messages/count_tokens", "/v1/models"]))
        }
    }

    @Test func aShellCannotUseTheRelayForAnythingElse() async throws {
        let ask = """
            for path in v1/files v1/organizations/users v1/../v1/files v1/models; do curl -s -o /dev/null --path-as-is \
            -w "$path %{http_code};" -H "x-api-key: $ANTHROPIC_API_KEY" "$ANTHROPIC_BASE_URL/$path"; done
            """
        let script = Script(
            order: .listed,
            turns: [
                .init("shell", answer: .init([.tool("Bash", ["command": .string(ask)])])),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        try await ClaudeBench.with(script, key: "sk-ant-the-real-key-0123456789") { bench, model in
            let log = try await bench.run(bench.turn())
            let said = try #require(await log.toolResults.first)
            guard said.contains("v1/models 200") else { try Test.cancel("curl is not on this machine: \(said)") }
            #expect(said.contains("v1/files 404") && said.contains("v1/organizations/users 404"))
            #expect(said.contains("v1/../v1/files 404"))
            #expect(await !model.requests.contains { $0.path.contains("files") || $0.path.contains("organizations") })
        }
    }

    @Test func aCLIThatIsKilledWithoutASandboxLeavesNoShellEither() async throws {
        let marker = "second-test-\(UUID().uuidString)"
        let command = "setsid bash -c 'exec -a \(marker) tail -f /dev/null' < /dev/null > /dev/null 2>&1"
        let script = Script(turns: [.init("wait", answer: .init([.tool("Bash", ["command": .string(command)])]))])
        try await ClaudeBench.with(script, sandboxed: false) { bench, _ in
            let turn = bench.turn()
            let home = bench.home.root.path(percentEncoded: false)
            let running = Task { try await bench.runtime.run(turn) { _ in } }
            try await eventually { ClaudeBench.processes(with: "\(marker)\0-f") > 0 }
            let cli = try #require(Self.cli(home))
            kill(cli, SIGKILL)
            await #expect(throws: RuntimeFailure.self) { try await running.value }
            #expect(ClaudeBench.processes(with: "\(marker)\0-f") == 0)
        }
    }

    /// The process that was given the system prompt of this home.
    private static func cli(_ home: String) -> Int32? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // None elsewhere.
        return names.compactMap(Int32.init).first { id in
            guard let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else { return false }
            return String(decoding: line, as: UTF8.self).contains("\(home)turn/system-prompt.md")
        }
    }
}

/// The same with scripts in the CLI's place.
@Suite struct LeftoverTests {
    @Test(arguments: [
        "setsid tail -f /dev/null < /dev/null > /dev/null 2>&1 & echo $! > pid; exit 3",
        "(tail -f /dev/null < /dev/null > /dev/null 2>&1 & echo $! > pid); kill -9 $$",
        "env -i tail -f /dev/null < /dev/null > /dev/null 2>&1 & echo $! > pid; exit 0",
    ])
    func whatAnAgentStartedEndsWithIt(_ script: String) async throws {
        try await ScriptedAgent.with(script) { agent in
            await agent.run(.loopback(agent.root))
            let text = try #require(agent.text(agent.turn.workspace.appending(path: "pid")))
            let id = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            try await eventually { !ProcessTree.read().alive.contains { $0.id == id } }
        }
    }

    /// A machine has thousands of processes, and each costs a file.
    @Test func theProcessesOfTheMachineAreReadOnceARound() {
        // No system has ids this high: nobody is killed.
        let first: Int32 = 5_000_000
        let all = (1...200).map {
            ProcessTree.Process(id: first + $0, parent: first + $0 / 2, session: first, isZombie: false)
        }
        var looks = 0
        TurnProcesses.endLeftovers(of: first, home: "/nowhere") {
            looks += 1
            return ProcessTree(looks == 1 ? all : [])
        }
        #expect(looks == 2)
    }

    @Test func descendantsAreThoseOfAnyRoot() {
        let pairs: [(Int32, Int32)] = [(2, 1), (3, 2), (4, 3), (5, 1), (6, 5), (7, 7)]
        let tree = ProcessTree(pairs.map { .init(id: $0, parent: $1, session: 1, isZombie: $0 == 4) })
        #expect(tree.descendants(of: [2, 5]) == [3, 4, 6])
        #expect(tree.descendants(of: [7, 9]) == [7])
        #expect(tree.alive.map(\.id) == [2, 3, 5, 6, 7])
    }

    @Test func theProcessesOfAnotherHomeGoOn() async throws {
        let script = "tail -f /dev/null < /dev/null > /dev/null 2>&1 & echo $! > pid; sleep 600"
        try await ScriptedAgent.with(script) { other in
            let running = Task { [other] in await other.run(.loopback(other.root)) }
            let file = other.turn.workspace.appending(path: "pid")
            try await eventually { other.text(file)?.hasSuffix("\n") == true }
            try await ScriptedAgent.with("exit 0") { await $0.run(.loopback($0.root)) }
            let id = try #require(other.text(file).flatMap { Int32($0.dropLast()) })
            #expect(ProcessTree.read().alive.contains { $0.id == id })
            running.cancel()
            await running.value
            #expect(!ProcessTree.read().alive.contains { $0.id == id })
        }
    }
}

/// The order in which an agent is ended.
@Suite struct AgentEndTests {
    @Test func anAgentThatHearsNothingIsAskedToEndAndThenKilled() async throws {
        // It neither reads its input nor ends when it is told to.
        let script = "trap 'echo asked > asked' TERM; echo up > up; while :; do tail -f /dev/null & wait $!; done"
        try await ScriptedAgent.with(script) { agent in
            let running = Task { [agent] in await agent.run(.loopback(agent.root)) }
            try await eventually { agent.text(agent.turn.workspace.appending(path: "up")) != nil }
            let clock = ContinuousClock()
            let start = clock.now
            running.cancel()
            await running.value
            // Two seconds for its result, five for its end.
            #expect(clock.now - start >= .seconds(7))
            #expect(agent.text(agent.turn.workspace.appending(path: "asked")) == "asked\n")
            let home = agent.home.path(percentEncoded: false)
            #expect(ClaudeBench.processes(with: home) == 0)
        }
    }
}
