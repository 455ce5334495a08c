import RedisBus
import TestServers
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct MessageBusPromiseTests {
    @Test(arguments: MessageBusCheck.all)
    func keepsItsPromise(_ check: MessageBusCheck) async throws {
        var settings = RedisBus.Settings()
        settings.patience = .seconds(30)
        try await withRedisBus(settings: settings) { bus, _ in
            // Time cannot be turned in Redis; it is waited for.
            let factor = 4
            try await check.run(on: StretchedBus(bus: bus, factor: factor)) { time in
                try await ContinuousClock().sleep(for: time * factor)
            }
        }
    }
}
