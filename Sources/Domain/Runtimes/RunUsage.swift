import Foundation

/// Tokens and money of one run, or of one turn before it is added (spec 02 §18, 03 §16.6).
package struct RunUsage: Codable, Sendable, Equatable {
    package struct ModelUsage: Codable, Sendable, Equatable {
        package var inputTokens: Int
        package var outputTokens: Int
        package var cacheReadInputTokens: Int
        package var cacheCreationInputTokens: Int
        /// US dollars.
        package var costUSD: Double

        package init(
            inputTokens: Int,
            outputTokens: Int,
            cacheReadInputTokens: Int,
            cacheCreationInputTokens: Int,
            costUSD: Double
        ) {
            self.inputTokens = max(0, inputTokens)
            self.outputTokens = max(0, outputTokens)
            self.cacheReadInputTokens = max(0, cacheReadInputTokens)
            self.cacheCreationInputTokens = max(0, cacheCreationInputTokens)
            self.costUSD = costUSD.isFinite ? max(0, costUSD) : 0
        }

        package var isZero: Bool {
            self.inputTokens == 0 && self.outputTokens == 0 && self.cacheReadInputTokens == 0
                && self.cacheCreationInputTokens == 0 && self.costUSD == 0
        }

        func adding(_ other: Self) -> Self {
            Self(
                inputTokens: self.inputTokens + other.inputTokens,
                outputTokens: self.outputTokens + other.outputTokens,
                cacheReadInputTokens: self.cacheReadInputTokens + other.cacheReadInputTokens,
                cacheCreationInputTokens: self.cacheCreationInputTokens + other.cacheCreationInputTokens,
                costUSD: self.costUSD + other.costUSD
            )
        }

        package enum CodingKeys: String, CodingKey {
            case inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens
            case costUSD = "costUsd"
        }
    }

    package var totalCostUSD: Double
    package var totalInputTokens: Int
    package var totalOutputTokens: Int
    package var totalCacheReadTokens: Int
    package var totalCacheCreationTokens: Int
    /// Keys are model ids, percent-encoded with `.` also encoded, so that they can be parts of update paths.
    package var byModel: [String: ModelUsage]

    /// Token totals are sums over the models; the total cost is the one that was reported.
    package init(totalCostUSD: Double, models: [String: ModelUsage]) {
        let counted = models.filter { !$0.value.isZero }
        self.totalCostUSD = totalCostUSD.isFinite ? max(0, totalCostUSD) : 0
        self.totalInputTokens = counted.values.reduce(0) { $0 + $1.inputTokens }
        self.totalOutputTokens = counted.values.reduce(0) { $0 + $1.outputTokens }
        self.totalCacheReadTokens = counted.values.reduce(0) { $0 + $1.cacheReadInputTokens }
        self.totalCacheCreationTokens = counted.values.reduce(0) { $0 + $1.cacheCreationInputTokens }
        self.byModel = Dictionary(counted.map { (Self.key(model: $0.key), $0.value) }) { $0.adding($1) }
    }

    package var isZero: Bool { self.byModel.isEmpty && self.totalCostUSD == 0 }

    /// A gateway may leave the model's name out, or give it any.
    package static func key(model: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!*()"
        )
        let key = model.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        return key.isEmpty ? "unknown" : key
    }

    package enum CodingKeys: String, CodingKey {
        case totalCostUSD = "totalCostUsd"
        case totalInputTokens, totalOutputTokens, totalCacheReadTokens, totalCacheCreationTokens, byModel
    }
}
