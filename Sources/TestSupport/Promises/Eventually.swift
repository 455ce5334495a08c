/// Looks again and again until the condition holds, half a minute at most.
///
/// - Throws: a broken promise once the time is over, or what the condition throws.
package func eventually(
    _ promise: String = "the condition holds",
    file: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw BrokenPromise("\(promise): not within half a minute", file: file, line: line)
        }
        try await ContinuousClock().sleep(for: .milliseconds(5))
    }
}
