import Domain
import RuntimeProtocols
import Testing

struct ClaudeTurnStateMachineTests {
    private typealias Machine = ClaudeTurnStateMachine

    private static let connected = ClaudeOutput.started(sessionID: "s", servers: ["second": "connected"])
    private static let usage = RunUsage(
        totalCostUSD: 0.5,
        models: [
            "m": .init(
                inputTokens: 1,
                outputTokens: 2,
                cacheReadInputTokens: 0,
                cacheCreationInputTokens: 0,
                costUSD: 0.5
            )
        ]
    )

    private static func success(_ reason: String = "completed") -> ClaudeResult {
        ClaudeResult(subtype: "success", terminalReason: reason, text: "done", usage: Self.usage, turnCount: 2)
    }

    @Test func beginsWithTheHookAndThePromptAsItIs() {
        var machine = Machine(.test(prompt: "/cost @/etc/passwd"), secrets: [])
        #expect(
            machine.handle(.begin) == [
                .write(.initialize(requestID: "initialize", approvalTools: ["mcp__second__present_plan"])),
                .write(.user("/cost @/etc/passwd")),
            ]
        )
    }

    @Test func aGoodTurnEndsWithItsResultAndItsOwnUsage() {
        var machine = Machine(.test(), secrets: [])
        #expect(
            machine.handle(.output(Self.connected)) == [
                .emit(.started(sessionID: "s", format: "claude-jsonl")), .forgetToolServers,
            ]
        )
        let result = RuntimeEvent.TurnResult(
            subtype: "success",
            text: "done",
            usage: Self.usage,
            durationMilliseconds: 0,
            turnCount: 2,
            isApprovalStop: false
        )
        #expect(
            machine.handle(.output(.result(Self.success()))) == [
                .emit(.result(result)), .closeInput, .wait(.seconds(5), .exit),
            ]
        )
        #expect(machine.handle(.output(.result(Self.success()))).isEmpty)
        #expect(machine.handle(.ended(exit: "exit code 0", standardError: "")) == [.finish(nil)])
        #expect(machine.handle(.cancel).isEmpty)
    }

    @Test(arguments: ["failed", "pending", nil])
    func aToolServerThatIsNotConnectedFailsTheTurn(_ status: String?) {
        var machine = Machine(.test(), secrets: [])
        let servers = status.map { ["second": $0] } ?? [:]
        #expect(
            machine.handle(.output(.started(sessionID: "s", servers: servers))) == [
                .closeInput, .terminate, .wait(.seconds(5), .termination),
            ]
        )
        #expect(
            machine.handle(.ended(exit: "signal 15", standardError: "")) == [
                .finish(.toolsUnreachable("The tool server \"second\" could not be reached."))
            ]
        )
    }

    @Test(arguments: [true, false])
    func onlyAGoodApprovalResultStopsTheTurn(_ stops: Bool) {
        var machine = Machine(.test(stops: stops), secrets: [])
        _ = machine.handle(.output(Self.connected))
        let hook = ClaudeOutput.approvalHook(requestID: "r", tool: "mcp__second__present_plan", result: [:])
        #expect(machine.handle(.output(hook)) == [.write(.hookAnswer(requestID: "r", stops: stops))])
        let actions = machine.handle(.output(.result(Self.success(stops ? "hook_stopped" : "completed"))))
        guard case .emit(.result(let result)) = actions.first else {
            Issue.record("no result")
            return
        }
        #expect(result.isApprovalStop == stops)
        #expect(result.usage == Self.usage)
    }

    @Test func aProviderErrorFailsTheTurnWithoutItsSecrets() {
        var machine = Machine(.test(), secrets: [Secret("very-secret-key")])
        _ = machine.handle(.output(Self.connected))
        var result = Self.success("api_error")
        result.isError = true
        result.apiErrorStatus = 500
        result.text =
            #"API Error: 500 {"type":"error","error":{"message":"Key very-secret-key\nbroke sk-ant-abcdef123456"}}"#
        let actions = machine.handle(.output(.result(result)))
        guard case .emit(.result(let told)) = actions.first else {
            Issue.record("no result")
            return
        }
        #expect(told.subtype == "api_error")
        #expect(told.text == nil)
        #expect(
            machine.handle(.ended(exit: "exit code 1", standardError: "")) == [
                .finish(
                    .failed("The model provider had an error. API Error: 500 Key <redacted> broke <redacted>")
                )
            ]
        )
    }

    @Test func theTurnLimitIsAResultAndNoFailure() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.output(Self.connected))
        let result = ClaudeResult(
            subtype: "error_max_turns",
            isError: true,
            terminalReason: "max_turns",
            errors: ["Max"]
        )
        _ = machine.handle(.output(.result(result)))
        #expect(machine.handle(.ended(exit: "exit code 1", standardError: "")) == [.finish(nil)])
    }

    @Test func anUnknownSessionIsLostAndNotFailed() {
        let lost = ClaudeResult(
            subtype: "error_during_execution",
            isError: true,
            errors: ["No conversation found with session ID: x"]
        )
        var machine = Machine(.test(resume: "x"), secrets: [])
        #expect(machine.handle(.output(.result(lost))) == [.closeInput, .wait(.seconds(5), .exit)])
        #expect(machine.handle(.ended(exit: "exit code 1", standardError: "")) == [.finish(.sessionLost)])

        var silent = Machine(.test(resume: "x"), secrets: [])
        let said = silent.handle(.ended(exit: "exit code 1", standardError: "No conversation found with session ID"))
        #expect(said == [.finish(.sessionLost)])
    }

    @Test func aCancelledTurnStopsInOrderAndStillHandsOverItsUsage() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.output(Self.connected))
        #expect(
            machine.handle(.cancel) == [.write(.interrupt(requestID: "interrupt")), .wait(.seconds(2), .result)]
        )
        #expect(machine.handle(.cancel).isEmpty)
        let result = ClaudeResult(
            subtype: "error_during_execution",
            terminalReason: "aborted_tools",
            usage: Self.usage
        )
        guard case .emit(.result(let told)) = machine.handle(.output(.result(result))).first else {
            Issue.record("no result")
            return
        }
        #expect(told.usage == Self.usage)
        #expect(machine.handle(.ended(exit: "exit code 0", standardError: "")) == [.finish(.cancelled)])
    }

    @Test func aProcessThatDoesNotListenIsTerminatedAndThenKilled() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.cancel)
        #expect(
            machine.handle(.elapsed(.result)) == [.closeInput, .terminate, .wait(.seconds(5), .termination)]
        )
        #expect(machine.handle(.elapsed(.termination)) == [.kill])
        #expect(machine.handle(.ended(exit: "signal 9", standardError: "")) == [.finish(.cancelled)])
    }

    @Test func aTurnThatIsCancelledBeforeItsProcessTakesInputSendsNoPrompt() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.cancel)
        #expect(machine.handle(.begin) == [.closeInput, .terminate, .wait(.seconds(5), .termination)])
    }

    @Test func aDeadProcessFailsTheTurnWithItsLastWords() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.output(Self.connected))
        #expect(
            machine.handle(.ended(exit: "signal 9", standardError: "oh\nno broker-token-1")) == [
                .finish(.failed("Claude Code ended before its turn did (signal 9): oh no <redacted>"))
            ]
        )
    }

    @Test func blocksThatWereStreamedAreNotToldTwice() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.output(Self.connected))
        #expect(machine.wantsAssistant)
        _ = machine.handle(.output(.messageStart(id: "one", model: "m", usage: .init(input: 7, output: 1))))
        #expect(!machine.wantsAssistant)
        #expect(machine.handle(.output(.assistant(messageID: "one", model: "m", blocks: [.text("a")]))).isEmpty)
        #expect(machine.handle(.output(.assistant(messageID: "x", model: "<synthetic>", blocks: [.text("a")]))).isEmpty)
        #expect(
            machine.handle(.output(.assistant(messageID: "two", model: "m", blocks: [.text("a")]))) == [
                .emit(.assistant([.text("a")]))
            ]
        )
    }

    @Test func deltasOfUnknownBlocksAreLeftOutAndTokensAreCounted() {
        var machine = Machine(.test(), secrets: [])
        _ = machine.handle(.output(.messageStart(id: "1", model: "m", usage: .init(input: 7, output: 1))))
        #expect(machine.handle(.output(.stream(.textDelta(index: 3, "a")))).isEmpty)
        #expect(machine.handle(.output(.stream(.blockStop(index: 3)))).isEmpty)
        #expect(machine.handle(.output(.stream(.blockStart(index: 0, .text)))).count == 1)
        #expect(machine.handle(.output(.stream(.textDelta(index: 0, "a")))).count == 1)
        _ = machine.handle(.output(.messageDelta(.init(output: 20))))
        _ = machine.handle(.output(.messageStart(id: "2", model: "m", usage: .init(input: 3, output: 1))))
        let actions = machine.handle(.output(.messageDelta(.init(output: 5))))
        guard case .emit(.stream(.messageDelta(let usage))) = actions.first else {
            Issue.record("no usage")
            return
        }
        #expect(usage?.totalInputTokens == 10)
        #expect(usage?.totalOutputTokens == 25)
    }

    @Test func aRetryIsVisibleAndUnknownRequestsAreAnswered() {
        var machine = Machine(.test(), secrets: [])
        #expect(
            machine.handle(.output(.retrying(attempt: 1, limit: 3, reason: "busy"))) == [
                .emit(.retrying(attempt: 1, limit: 3, reason: "busy"))
            ]
        )
        #expect(machine.handle(.output(.request(requestID: "q"))) == [.write(.unsupported(requestID: "q"))])
    }

    @Test func outputThatCannotBeReadStopsTheTurn() {
        var machine = Machine(.test(), secrets: [])
        #expect(machine.handle(.unreadable("noise")).first == .write(.interrupt(requestID: "interrupt")))
        #expect(
            machine.handle(.ended(exit: "exit code 0", standardError: "")) == [
                .finish(.failed("Claude Code sent noise."))
            ]
        )
    }
}
