/// Looks again and again, ever more rarely, until the condition holds, a minute at most.
///
/// - Throws: a broken promise once the time is over, or what the condition throws.
package func eventually(
    _ promise: String = "the condition holds",
    file: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    var pause = Duration.milliseconds(2)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw BrokenPromise("\(promise): not within a minute", file: file, line: line)
        }
        try await ContinuousClock().sleep(for: pause)
        // What looks at a store takes time from what it waits for.
        pause = min(pause * 2, .milliseconds(50))
    }
}
