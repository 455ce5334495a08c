import Domain
import Foundation
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// What is concluded from a self-test's turn (spec 03 §22.34).
@Suite struct SelfTestTests {
    private static let plan = SelfTestPlan()

    /// A turn in which everything went well.
    private static var good: SelfTestEvidence {
        var evidence = SelfTestEvidence()
        evidence.receive(.started(sessionID: "1", format: "claude-jsonl"))
        evidence.call = (plan.name, plan.description)
        evidence.requests = [
            SelfTestRequest(
                system: "You are. \(plan.systemPrompt)",
                tools: ["Read", SelfTestPlan.tool],
                texts: ["<reminder>", plan.prompt],
                results: []
            ),
            SelfTestRequest(system: "", tools: [], texts: [], results: [#"{"name":"\#(plan.name)"}"#]),
        ]
        evidence.receive(.stream(.textDelta(index: 0, String(plan.answer.prefix(5)))))
        evidence.receive(.stream(.textDelta(index: 0, String(plan.answer.dropFirst(5)))))
        evidence.receive(.result(Self.result(text: plan.answer, isCounted: true)))
        evidence.exit = "exit code 0"
        return evidence
    }

    private static func result(text: String?, isCounted: Bool) -> RuntimeEvent.TurnResult {
        let tokens = RunUsage.ModelUsage(
            inputTokens: 1,
            outputTokens: 1,
            cacheReadInputTokens: 0,
            cacheCreationInputTokens: 0,
            costUSD: 0
        )
        return RuntimeEvent.TurnResult(
            subtype: "success",
            text: text,
            usage: RunUsage(totalCostUSD: 0, models: isCounted ? ["m": tokens] : [:]),
            durationMilliseconds: 1,
            turnCount: 2,
            isApprovalStop: false
        )
    }

    private static let changes: [(SelfTestStep?, @Sendable (inout SelfTestEvidence) -> Void)] = [
        (nil, { _ in }),
        (
            .notStarted,
            { evidence in
                evidence.hasStarted = false
                evidence.requests = []
            }
        ),
        (.noRequest, { $0.requests = [] }),
        (.promptLost, { $0.requests[0].system = "You are." }),
        (.promptLost, { $0.requests[0].texts = ["something else"] }),
        (.toolNotOffered, { $0.requests[0].tools = ["Read"] }),
        (.noToolCall, { $0.call = nil }),
        (.noToolCall, { $0.failure = .toolsUnreachable("The tool server is away.") }),
        (.argumentsChanged, { $0.call?.description = "Größe" }),
        (.noToolResult, { $0.requests.removeLast() }),
        (.noToolResult, { $0.requests[1].results = ["denied"] }),
        (.noAnswer, { $0.receive(.result(Self.result(text: nil, isCounted: true))) }),
        (.noUsage, { $0.receive(.result(Self.result(text: Self.plan.answer, isCounted: false))) }),
        (.endedBadly, { $0.exit = "exit code 1" }),
        (.endedBadly, { $0.exit = nil }),
        (.endedBadly, { $0.failure = .failed("Claude Code stopped.") }),
        // Over time, but everything was there before: it works.
        (nil, { $0.isOverTime = true }),
        (
            .timeout,
            { evidence in
                evidence.isOverTime = true
                evidence.exit = "signal 9"
                evidence.failure = .cancelled
            }
        ),
    ]

    @Test(arguments: Self.changes.indices)
    func theFirstMissingStepIsNamed(_ index: Int) {
        let (step, change) = Self.changes[index]
        var evidence = Self.good
        change(&evidence)
        #expect(evidence.missing(of: Self.plan) == step)
    }

    @Test func textThatDoesNotEndIsNotKept() {
        var evidence = SelfTestEvidence()
        for _ in 0..<100 { evidence.receive(.stream(.textDelta(index: 0, String(repeating: "x", count: 1 << 20)))) }
        #expect(evidence.text.utf8.count == 16 << 10)
    }

    @Test func codesAreStableAndSentencesNameTheStep() {
        #expect(
            SelfTestStep.allCases.map(\.rawValue) == [
                "self_test_not_started", "self_test_no_request", "self_test_prompt_lost",
                "self_test_tool_not_offered", "self_test_no_tool_call", "self_test_arguments_changed",
                "self_test_no_tool_result", "self_test_no_answer", "self_test_no_usage", "self_test_ended_badly",
                "self_test_timeout",
            ]
        )
        var evidence = Self.good
        evidence.call = nil
        evidence.failure = .failed(String(repeating: "so ", count: 1000))
        let finding = SelfTestFinding(evidence, plan: Self.plan, runtime: .codex, version: "0.9")
        guard case .fails(.noToolCall, let message) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(message.hasPrefix("Codex CLI 0.9 does not work with this version of Second: a call of the builder's"))
        #expect(message.count == SelfTestFinding.messageLimit)
    }

    @Test func everyPlanHasWordsOfItsOwn() {
        let other = SelfTestPlan()
        #expect(Self.plan.name != other.name && Self.plan.answer != other.answer)
        #expect((2...80).contains(Self.plan.name.count) && (2...300).contains(Self.plan.description.count))
    }

    /// A test may call what a builder turn may, and the one tool more.
    @Test func theGrantOfATestIsTheBuildersAndOneTool() {
        #expect(
            ToolCatalogue.selfTest == [
                .second: ["present_plan", "present_suggestions", "done_building", "set_app_metadata"]
            ]
        )
        #expect(ToolCatalogue.builder[.second]?.contains("set_app_metadata") == false)
    }
}
