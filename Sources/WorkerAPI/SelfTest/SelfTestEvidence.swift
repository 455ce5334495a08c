import Domain
import RuntimeProtocols

/// What was seen of a self-test's turn, and what that says; bounded, whatever the runtime does.
struct SelfTestEvidence: Sendable {
    private static let textLimit = 16 << 10

    var hasStarted = false
    var call: (name: String, description: String)?
    var hasUsage = false
    /// How the process ended, such as `exit code 0`; `nil` when it never ran.
    var exit: String?
    var isOverTime = false
    var failure: RuntimeFailure?
    var requests: [SelfTestRequest] = []
    private(set) var text = ""
    private var resultText: String?

    mutating func receive(_ event: RuntimeEvent) {
        switch event {
        case .started: self.hasStarted = true
        case .stream(.textDelta(_, let text)): self.add(text)
        case .assistant(let blocks):
            for case .text(let text) in blocks { self.add(text) }
        case .result(let result):
            self.hasUsage = !result.usage.isZero
            self.resultText = result.text
        default: break
        }
    }

    private mutating func add(_ text: String) {
        let room = Self.textLimit - self.text.utf8.count
        if room > 0 { self.text += text.prefix(room) }
    }

    /// The first step that is missing; `nil` says that the runtime works.
    func missing(of plan: SelfTestPlan) -> SelfTestStep? {
        let missed = self.firstMissing(of: plan)
        // How far it came is told by the sentence; that it took too long is what an operator acts on.
        return missed != nil && self.isOverTime ? .timeout : missed
    }

    /// The same as if there were no limit of time.
    func firstMissing(of plan: SelfTestPlan) -> SelfTestStep? {
        if case .toolsUnreachable = self.failure { return .noToolCall }
        guard let first = self.requests.first else { return self.hasStarted ? .noRequest : .notStarted }
        guard first.system.contains(plan.systemPrompt), first.texts.contains(where: { $0.contains(plan.prompt) }) else {
            return .promptLost
        }
        guard first.tools.contains(SelfTestPlan.tool) else { return .toolNotOffered }
        guard let call else { return .noToolCall }
        guard call == (plan.name, plan.description) else { return .argumentsChanged }
        guard self.requests.contains(where: { $0.results.contains { $0.contains(plan.name) } }) else {
            return .noToolResult
        }
        guard self.text.contains(plan.answer), self.resultText == plan.answer else { return .noAnswer }
        guard self.hasUsage else { return .noUsage }
        guard self.failure == nil, self.exit == "exit code 0" else { return .endedBadly }
        return nil
    }

    /// What the runtime said about it: one line, without secrets and terminal sequences; empty when it said nothing.
    var remark: String {
        switch self.failure {
        case .failed(let message), .unavailable(let message), .toolsUnreachable(let message): message
        case .sessionLost, .cancelled, nil: self.exit.map { $0 == "exit code 0" ? "" : "It ended with \($0)." } ?? ""
        }
    }
}
