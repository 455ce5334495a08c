import LocalBus
import TestSupport
import Testing

@Suite struct MessageBusPromiseTests {
    @Test(arguments: MessageBusCheck.all)
    func keepsItsPromise(_ check: MessageBusCheck) async throws {
        let clock = TurnedUptime()
        try await check.run(on: LocalBus(uptime: clock.uptime)) { clock.advance(by: $0) }
    }
}
