import Bus

/// Waits for a lock of the bus, works, and frees it.
struct BusLock: Sendable {
    struct Taken: Error {}

    /// Longer than any work that is done under it.
    private static let lifetime = Duration.seconds(30)
    private static let attempts = 250
    private static let pause = Duration.milliseconds(20)

    let bus: any MessageBus
    let clock: any Clock<Duration>

    /// - Throws: `Taken` when the lock was not free for about five seconds.
    func with<Value: Sendable>(
        _ key: String,
        owner: String,
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        let key = key + ".lock"
        var attempt = 0
        while try await !self.bus.acquireLock(key, owner: owner, for: Self.lifetime) {
            attempt += 1
            guard attempt < Self.attempts else { throw Taken() }
            try await self.clock.sleep(for: Self.pause)
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        // A lock that is not freed frees itself.
        try? await self.bus.releaseLock(key, owner: owner)
        return try result.get()
    }
}
