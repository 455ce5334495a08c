import TestServers
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct MessageBusPromiseTests {
    @Test(arguments: MessageBusCheck.all)
    func keepsItsPromise(_ check: MessageBusCheck) async throws {
        try await withRedisBus { bus, _ in
            // Time cannot be turned in Redis; it is waited for.
            try await check.run(on: bus) { try await ContinuousClock().sleep(for: $0) }
        }
    }
}
