/// The body's result, or a broken promise once the time is over; whichever loses is cancelled.
package func within<Result: Sendable>(
    _ time: Duration,
    _ promise: String,
    file: String = #fileID,
    line: Int = #line,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await ContinuousClock().sleep(for: time)
            throw BrokenPromise("\(promise): not within \(time)", file: file, line: line)
        }
        defer { group.cancelAll() }
        return try await expectSome(group.next(), promise, file: file, line: line)
    }
}
