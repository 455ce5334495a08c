import Domain

extension ClaudeResult: Decodable {
    private struct Usage: Decodable {
        var inputTokens: Int?
        var outputTokens: Int?
        var cacheReadInputTokens: Int?
        var cacheCreationInputTokens: Int?
        var costUSD: Double?
    }

    private enum CodingKeys: String, CodingKey {
        case subtype, errors
        case isError = "is_error"
        case terminalReason = "terminal_reason"
        case text = "result"
        case apiErrorStatus = "api_error_status"
        case usage = "model_usage_since_last_result"
        case duration = "duration_ms"
        case turns = "num_turns"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let models = try container.decodeIfPresent([String: Usage].self, forKey: .usage) ?? [:]
        self.init(
            subtype: try container.decodeIfPresent(String.self, forKey: .subtype),
            isError: try container.decodeIfPresent(Bool.self, forKey: .isError) ?? false,
            terminalReason: try container.decodeIfPresent(String.self, forKey: .terminalReason),
            text: try container.decodeIfPresent(String.self, forKey: .text),
            errors: try container.decodeIfPresent([String].self, forKey: .errors) ?? [],
            apiErrorStatus: try container.decodeIfPresent(Int.self, forKey: .apiErrorStatus),
            // `total_cost_usd` grows over a resumed session; the models' costs are this turn's.
            usage: RunUsage(
                totalCostUSD: models.values.reduce(0) { $0 + ($1.costUSD ?? 0) },
                models: models.mapValues { usage in
                    RunUsage.ModelUsage(
                        inputTokens: usage.inputTokens ?? 0,
                        outputTokens: usage.outputTokens ?? 0,
                        cacheReadInputTokens: usage.cacheReadInputTokens ?? 0,
                        cacheCreationInputTokens: usage.cacheCreationInputTokens ?? 0,
                        costUSD: usage.costUSD ?? 0
                    )
                }
            ),
            durationMilliseconds: Int(try container.decodeIfPresent(Double.self, forKey: .duration) ?? 0),
            turnCount: try container.decodeIfPresent(Int.self, forKey: .turns) ?? 0
        )
    }
}
