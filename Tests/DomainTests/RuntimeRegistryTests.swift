import Domain
import Testing

@Suite
struct RuntimeRegistryTests {
    private let registry = RuntimeRegistry.standard

    @Test
    func theStandardSettingsAreClaudeAtItsBest() {
        #expect(RuntimeSettings.standard.model == "claude-opus-4-8")
        #expect(RuntimeSettings.standard.params == ["effort": "xhigh", "thinking": "adaptive"])
    }

    @Test(arguments: [
        ("claude-opus-4-6", ["effort": "xhigh"], ["effort": "high", "thinking": "adaptive"]),
        ("claude-haiku-4-5", ["effort": "max", "thinking": "adaptive"], ["effort": "high", "thinking": "disabled"]),
        ("claude-opus-4-8", ["thinking": "enabled"], ["effort": "xhigh", "thinking": "adaptive"]),
        ("claude-sonnet-4-6", ["thinking": "enabled", "unknown": "x"], ["effort": "high", "thinking": "enabled"]),
    ])
    func unsupportedValuesMoveToTheNearestAllowed(_ model: String, wanted: [String: String], expected: [String: String])
    {
        let settings = self.registry.normalize(runtimeID: "claude-code", model: model, params: wanted)
        #expect(settings?.params == expected)
    }

    @Test
    func unknownModelsBecomeTheDefaultAndUnknownRuntimesAreRefused() {
        #expect(
            self.registry.normalize(runtimeID: "claude-code", model: "gpt-9", params: [:])?.model == "claude-opus-4-8"
        )
        #expect(self.registry.normalize(runtimeID: "cobol", model: "x", params: [:]) == nil)
        #expect(self.registry.normalize(runtimeID: "claude-code", model: nil, params: [:]) == nil)
    }

    @Test
    func datedAndPrefixedIdsAreTheSameModel() {
        let settings = self.registry.normalize(
            runtimeID: "claude-code",
            model: "anthropic/claude-sonnet-4-6-20260115",
            params: [:]
        )
        #expect(settings?.model == "claude-sonnet-4-6")
    }

    @Test(arguments: [("openai/gpt-5.5", true), ("a/b/c", true), ("/b", false), ("a/", false), ("a/b c", false)])
    func openCodeTakesAnyProviderAndModel(_ model: String, isAccepted: Bool) {
        let settings = self.registry.normalize(runtimeID: "opencode", model: model, params: [:])
        #expect((settings?.model == model) == (isAccepted || model == "openai/gpt-5.5"))
    }

    @Test
    func usageKeysCanBePartsOfPaths() {
        #expect(RunUsage.key(model: "openai/gpt-5.5") == "openai%2Fgpt-5%2E5")
    }

    @Test
    func impossibleNumbersCountAsNothing() {
        let usage = RunUsage(
            totalCostUSD: -.infinity,
            models: [
                "a": .init(
                    inputTokens: -5,
                    outputTokens: 0,
                    cacheReadInputTokens: 0,
                    cacheCreationInputTokens: 0,
                    costUSD: .nan
                )
            ]
        )
        #expect(usage.isZero)
    }
}
