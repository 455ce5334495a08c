package import Bus

/// Counts how often something was asked for; the bus keeps the counters, so that all processes share them (spec 01 B25).
package struct RateLimiter: Sendable {
    package struct Rule: Sendable, Equatable {
        package var name: String
        package var limit: Int
        package var period: Duration

        package init(name: String, limit: Int, period: Duration) {
            self.name = name
            self.limit = limit
            self.period = period
        }

        /// The identity form: 30 a minute and address.
        package static let identity = Self(name: "identity", limit: 30, period: .seconds(60))
    }

    private let bus: any MessageBus

    package init(bus: any MessageBus) {
        self.bus = bus
    }

    /// Counts one use.
    ///
    /// - Returns: `nil` while within the rule, else the seconds to wait.
    package func use(_ rule: Rule, by subject: String) async throws -> Int? {
        let count = try await self.bus.increment("rate:\(rule.name):\(subject)", expiringAfter: rule.period)
        return count <= rule.limit ? nil : Int(rule.period.components.seconds)
    }
}
