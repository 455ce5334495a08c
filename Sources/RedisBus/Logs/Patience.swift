import Domain

/// How long an outage of Redis is sat out by those who only read.
struct Patience: Sendable {
    let limit: Duration
    let uptime: Uptime
    let clock: any Clock<Duration>

    /// Repeats a read that failed because Redis could not be reached, until the limit has passed.
    func keepTrying<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        let start = self.uptime.now
        while true {
            do {
                return try await body()
            } catch let error as RedisBusError {
                switch error {
                case .unavailable, .interrupted, .overloaded, .notSignedIn: break
                case .refused, .unreadable, .shutDown: throw error
                }
                try Task.checkCancellation()
                guard self.uptime.now - start < self.limit else { throw error }
                try await self.clock.sleep(for: .milliseconds(250))
            }
        }
    }
}
