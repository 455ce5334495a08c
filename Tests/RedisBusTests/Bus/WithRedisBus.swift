import Bus
import Domain
import Logging
import RedisBus
import TestServers

/// A bus on a fresh Redis of its own; both end with the closure.
@discardableResult
func withRedisBus<Result: Sendable>(
    settings: RedisBus.Settings = RedisBus.Settings(),
    keepsData: Bool = false,
    _ body: (RedisBus, RedisServer) async throws -> Result
) async throws -> Result {
    try await RedisServer.with(keepsData: keepsData) { redis in
        try await withRedisBus(at: redis.url, settings: settings) { try await body($0, redis) }
    }
}

/// A bus at an address, as another process would have it.
@discardableResult
func withRedisBus<Result: Sendable>(
    at url: String,
    settings: RedisBus.Settings = RedisBus.Settings(),
    _ body: (RedisBus) async throws -> Result
) async throws -> Result {
    let bus = try RedisBus(
        RedisAddress(Secret(url)),
        settings: settings,
        logger: Logger(label: "redis-bus-tests") { _ in SwiftLogNoOpLogHandler() }
    )
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(bus)) } catch { result = .failure(error) }
    await bus.shutdown()
    return try result.get()
}

/// Reads the log to its end, and answers which error of the bus that was.
func failure(ofReading reader: LogReader) async throws -> RedisBusError? {
    do {
        for try await _ in reader {}
        return nil
    } catch let error as RedisBusError {
        return error
    }
}
