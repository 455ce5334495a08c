import Domain
import Foundation
import RuntimeProtocols
import Runtimes
import ScriptedModel
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: ClaudeBench.isReady, "Claude Code is not on this machine; set SECOND_CLAUDE_PATH."))
struct ClaudeCodeRuntimeTests {
    @Test func aTurnSpeaksAndWritesIntoItsWorkspace() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init(
                    "write",
                    when: .init(first: true, says: ["make it"], system: ["You build apps."]),
                    answer: .init([
                        .thinking("Let me see."), .text("I write."),
                        .tool("Write", ["file_path": "hello.txt", "content": "hey"]),
                    ])
                ),
                .init("done", when: .init(after: "write", failed: false), answer: .init([.text("Done.")])),
            ]
        )
        try await ClaudeBench.with(script) { bench, _ in
            let log = try await bench.run(bench.turn())
            #expect(await log.text == "I write.Done.")
            let written = try String(contentsOf: bench.workspace.appending(path: "hello.txt"), encoding: .utf8)
            #expect(written == "hey")
            #expect(await log.session != nil)
            let result = try #require(await log.result)
            #expect(result.subtype == "success")
            #expect(!result.isApprovalStop)
            #expect(result.usage.totalInputTokens == 200)
            #expect(result.usage.totalCostUSD > 0)
            let files = try FileManager.default.contentsOfDirectory(atPath: bench.workspace.path(percentEncoded: false))
            #expect(files == ["hello.txt"])
        }
    }

    @Test func anApprovalStopMakesOneRequestAndResumesWithTheAnswer() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init(
                    "plan",
                    when: .init(first: true),
                    answer: .init([.tool("mcp__second__present_plan", ["plan": "x"])])
                ),
                .init(
                    "go",
                    when: .init(after: "plan", says: ["approved"], system: ["A second prompt."]),
                    answer: .init([.text("Building.")])
                ),
            ]
        )
        try await ClaudeBench.with(script) { bench, model in
            let tools = [ScriptedToolServer.Tool("present_plan", result: ["ok": true])]
            try await ScriptedToolServer.with(tools: tools, token: "t0ken", logger: ClaudeBench.logger) { server, url in
                let endpoint = ToolServerEndpoint(
                    name: "second",
                    url: url,
                    token: Secret("t0ken"),
                    tools: ["present_plan"]
                )
                let approval = ["mcp__second__present_plan"]
                let first = try await bench.run(bench.turn(servers: [endpoint], approvalTools: approval))
                #expect(await first.result?.isApprovalStop == true)
                #expect(await first.result?.usage.totalInputTokens == 100)
                #expect(await first.toolResults.first?.contains("\"ok\":true") == true)
                #expect(await model.requests.count == 1)
                #expect(await server.calledTools == ["present_plan"])

                let session = try #require(await first.session)
                let second = try await bench.run(
                    bench.turn(
                        "Approved, go on.",
                        systemPrompt: "A second prompt.",
                        resume: session,
                        servers: [endpoint],
                        approvalTools: approval
                    )
                )
                #expect(await second.text == "Building.")
                #expect(await second.result?.usage.totalInputTokens == 100)
            }
        }
    }

    @Test(arguments: ["/cost", "@/etc/passwd what is this", "/clear and more", "--version", "- \u{202E}\u{0} \n x"])
    func promptsArriveAsTheyAre(_ prompt: String) async throws {
        let script = Script(turns: [.init("one", answer: .init([.text("ok")]))])
        try await ClaudeBench.with(script) { bench, model in
            let log = try await bench.run(bench.turn(prompt))
            #expect(await log.text == "ok")
            let request = try #require(await model.requests.first?.model)
            #expect(request.texts.contains { $0.contains(prompt) })
            #expect(!request.texts.contains { $0.contains("root:x:0") })
        }
    }

    @Test func nothingOfThePlatformReachesTheChildOrItsShell() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init("env", answer: .init([.tool("Bash", ["command": "env; cat /proc/*/environ | tr '\\0' '\\n'"])])),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        // Whatever this process has in its environment must not be there either.
        let poison = ["INTERNAL_API_TOKEN", "MONGODB_URI", "GITHUB_TOKEN", "SECOND_ENCRYPTION_KEY", "OPENAI_API_KEY"]
        for name in poison { setenv(name, "poison-\(name)", 1) }
        defer { for name in poison { unsetenv(name) } }
        try await ClaudeBench.with(script, key: "sk-ant-the-real-key-0123456789") { bench, model in
            let log = try await bench.run(bench.turn())
            let output = try #require(await log.toolResults.first)
            #expect(output.contains("CLAUDECODE=1"))
            #expect(!output.contains("poison"))
            if bench.isSandboxed {
                for name in poison { #expect(!output.contains(name)) }
                #expect(!output.contains("the-real-key"))
            }
            let keys = await model.requests.map { $0.headers["x-api-key"] }
            #expect(keys.allSatisfy { $0 == "sk-ant-the-real-key-0123456789" })
        }
    }

    @Test func theSandboxShowsNothingOfOtherAppsAndTakesNoWritesOutside() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init("look", when: .init(says: ["look"]), answer: .init([.tool("Bash", ["command": "sh probe.sh"])])),
                .init("read", answer: .init([.tool("Read", ["file_path": "/etc/passwd"])])),
                .init(
                    "write",
                    answer: .init([.tool("Write", ["file_path": "/usr/share/second-test", "content": "x"])])
                ),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        try await ClaudeBench.with(script) { bench, _ in
            guard bench.isSandboxed else {
                try Test.cancel("bubblewrap does not work on this machine")
            }
            let canary = bench.root.appending(path: "workspaces/other/canary.txt")
            try FileManager.default.createDirectory(
                at: canary.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("chirp".utf8).write(to: canary)
            let outside = bench.root.appending(path: "outside.txt").path(percentEncoded: false)
            let probe = """
                cat \(canary.path(percentEncoded: false)) 2>&1; ls \(bench.root.path(percentEncoded: false))/workspaces
                ls /root /home /srv 2>&1; echo x > \(outside); echo x > /usr/x 2>&1; echo x > inside.txt
                echo x > /tmp/mine && echo private-tmp
                """
            try Data(probe.utf8).write(to: bench.workspace.appending(path: "probe.sh"))
            let log = try await bench.run(bench.turn("look"))
            let said = try #require(await log.toolResults.first)
            #expect(!said.contains("chirp"))
            #expect(!said.split(separator: "\n").contains("other"))
            #expect(said.contains("private-tmp"))
            #expect(!FileManager.default.fileExists(atPath: outside))
            #expect(!FileManager.default.fileExists(atPath: "/usr/share/second-test"))
            #expect(FileManager.default.fileExists(atPath: bench.workspace.appending(path: "inside.txt").path()))
            #expect(await log.toolResults[1].contains("restricted"))
            #expect(await log.toolResults[2].contains("restricted"))
        }
    }

    @Test(arguments: [true, false])
    func aCancelledTurnEndsAtOnceAndLeavesNoShell(_ sandboxed: Bool) async throws {
        let marker = "second-test-\(UUID().uuidString)"
        let command = "exec -a \(marker) tail -f /dev/null"
        let script = Script(turns: [.init("wait", answer: .init([.tool("Bash", ["command": .string(command)])]))])
        try await ClaudeBench.with(script, sandboxed: sandboxed) { bench, _ in
            let log = EventLog()
            let turn = bench.turn()
            let running = Task { try await bench.runtime.run(turn) { await log.add($0) } }
            try await eventually { ClaudeBench.processes(with: "\(marker)\0-f") > 0 }
            let clock = ContinuousClock()
            let start = clock.now
            running.cancel()
            await #expect(throws: RuntimeFailure.cancelled) { try await running.value }
            // A tenth of that on a quiet machine; the shell alone would run for ever.
            #expect(clock.now - start < .seconds(20))
            #expect(ClaudeBench.processes(with: "\(marker)\0-f") == 0)
            #expect(await log.result?.usage.totalInputTokens == 100)
        }
    }

    @Test func aKilledCLIFailsTheTurnAndLeavesNothing() async throws {
        let marker = "second-test-\(UUID().uuidString)"
        let script = Script(turns: [.init("stall", answer: .init([.text("abc")], stallAfter: 3))])
        try await ClaudeBench.with(script) { bench, _ in
            let log = EventLog()
            let turn = bench.turn(systemPrompt: marker)
            let home = bench.home.root.path(percentEncoded: false)
            let running = Task { try await bench.runtime.run(turn) { await log.add($0) } }
            try await eventually { await log.contains(.stream(.messageStart)) }
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init)
            for id in names where String(decoding: Self.commandLine(id), as: UTF8.self).contains(home) {
                kill(id, SIGKILL)
            }
            do {
                try await running.value
                Issue.record("the turn ended well")
            } catch RuntimeFailure.failed(let message) {
                #expect(message.hasPrefix("Claude Code ended before its turn did (signal 9)"))
            }
            try await eventually { ClaudeBench.processes(with: home) == 0 }
        }
    }

    @Test(arguments: [(401, "authentication_error"), (500, "api_error"), (529, "overloaded_error")])
    func aProviderErrorIsAFailureThatCanBeRead(_ status: Int, _ type: String) async throws {
        let failure = Script.Answer.Failure(status: status, type: type, message: "No luck sk-ant-abcdefgh12345")
        let script = Script(turns: [.init("fail", answer: .init(failure: failure))])
        try await ClaudeBench.with(script) { bench, _ in
            let log = EventLog()
            do {
                try await bench.runtime.run(bench.turn()) { await log.add($0) }
                Issue.record("the turn ended well")
            } catch RuntimeFailure.failed(let message) {
                #expect(message.hasPrefix("The model provider"))
                #expect(!message.contains("abcdefgh"))
            }
            if status != 401 { #expect(await log.hasRetry) }
            #expect(await log.result?.subtype == "api_error")
        }
    }

    @Test func aToolServerThatIsNotThereFailsTheTurnBeforeTheModelIsAsked() async throws {
        try await ClaudeBench.with(Script(turns: [.init("one", answer: .init([.text("ok")]))])) { bench, model in
            let url = try #require(URL(string: "http://127.0.0.1:9/mcp"))
            let endpoint = ToolServerEndpoint(name: "second", url: url, token: Secret("t0ken"), tools: ["present_plan"])
            await #expect(throws: RuntimeFailure.toolsUnreachable("The tool server \"second\" could not be reached.")) {
                _ = try await bench.run(bench.turn(servers: [endpoint]))
            }
            #expect(await model.requests.count <= 1)
        }
    }

    @Test func anUnknownSessionIsLost() async throws {
        try await ClaudeBench.with(Script(turns: [])) { bench, model in
            await #expect(throws: RuntimeFailure.sessionLost) {
                _ = try await bench.run(bench.turn(resume: "6f2b7c52-0000-4000-8000-000000000000"))
            }
            #expect(await model.requests.isEmpty)
        }
    }

    @Test func aFiveMegabyteInputPassesInPieces() async throws {
        let padding = Script.Answer.Block.Padding(key: "content", bytes: 5 << 20)
        let script = Script(
            order: .listed,
            turns: [
                .init("big", answer: .init([.tool("Write", ["file_path": "big.txt"], padding: padding)], piece: 8192)),
                .init("done", answer: .init([.text("Done.")])),
            ]
        )
        try await ClaudeBench.with(script) { bench, _ in
            let sizes = SizeLog()
            try await bench.runtime.run(bench.turn()) { event in
                if case .stream(.inputDelta(_, let piece)) = event { await sizes.add(piece.utf8.count) }
            }
            #expect(await sizes.total > 5 << 20)
            #expect(await sizes.largest < 1 << 16)
            let file = bench.workspace.appending(path: "big.txt").path(percentEncoded: false)
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int == 5 << 20)
        }
    }

    @Test func thePrivateHomeIsPrivateAndHoldsNoTokenAfterwards() async throws {
        let script = Script(turns: [.init("one", answer: .init([.text("ok")]))])
        try await ClaudeBench.with(script) { bench, _ in
            _ = try await bench.run(bench.turn(systemPrompt: "the prompt"))
            let home = bench.home.root.path(percentEncoded: false)
            #expect(try FileManager.default.attributesOfItem(atPath: home)[.posixPermissions] as? Int == 0o700)
            #expect(!FileManager.default.fileExists(atPath: home + "/turn/tool-servers.json"))
            #expect(!FileManager.default.fileExists(atPath: home + "/turn/system-prompt.md"))
            #expect(FileManager.default.fileExists(atPath: home + "/.claude/projects"))
        }
    }

    private static func commandLine(_ id: Int32) -> Data {
        FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
    }
}
