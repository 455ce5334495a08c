/// Ends work that takes too long.
enum TimeLimit {
    struct Exceeded: Error {}

    /// - Throws: `Exceeded` after `limit`, or what the work threw.
    static func run<Value: Sendable>(
        _ limit: Duration,
        clock: any Clock<Duration>,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await clock.sleep(for: limit)
                throw Exceeded()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw Exceeded() }
            return value
        }
    }
}
