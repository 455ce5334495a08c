import Domain

/// Counts the tokens of a turn as they stream by, for turns that end before their result (spec 02 B12).
///
/// It knows no prices: the costs come with the result.
struct ClaudeUsageTally: Sendable {
    private var finished: [String: ClaudeOutput.Tokens] = [:]
    private var model: String?
    private var current = ClaudeOutput.Tokens()

    /// An answer starts.
    mutating func begin(model: String, _ tokens: ClaudeOutput.Tokens) {
        self.settle()
        self.model = model
        self.current = tokens
    }

    /// Counts of the running answer; what is given replaces what was known.
    mutating func update(_ tokens: ClaudeOutput.Tokens) {
        if let input = tokens.input, input > 0 { self.current.input = input }
        if let output = tokens.output { self.current.output = output }
        if let read = tokens.cacheRead, read > 0 { self.current.cacheRead = read }
        if let creation = tokens.cacheCreation, creation > 0 { self.current.cacheCreation = creation }
    }

    /// The turn so far.
    var usage: RunUsage {
        var all = self
        all.settle()
        return RunUsage(
            totalCostUSD: 0,
            models: all.finished.mapValues { tokens in
                RunUsage.ModelUsage(
                    inputTokens: tokens.input ?? 0,
                    outputTokens: tokens.output ?? 0,
                    cacheReadInputTokens: tokens.cacheRead ?? 0,
                    cacheCreationInputTokens: tokens.cacheCreation ?? 0,
                    costUSD: 0
                )
            }
        )
    }

    private mutating func settle() {
        guard let model else { return }
        let before = self.finished[model] ?? .init()
        self.finished[model] = ClaudeOutput.Tokens(
            input: (before.input ?? 0) + (self.current.input ?? 0),
            output: (before.output ?? 0) + (self.current.output ?? 0),
            cacheRead: (before.cacheRead ?? 0) + (self.current.cacheRead ?? 0),
            cacheCreation: (before.cacheCreation ?? 0) + (self.current.cacheCreation ?? 0)
        )
        self.model = nil
        self.current = .init()
    }
}
