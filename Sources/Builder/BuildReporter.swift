/// Tells the watcher of a build which step starts and how it ends.
struct BuildReporter: Sendable {
    let report: @Sendable (BuildProgress) -> Void

    func step<Value: Sendable>(
        _ step: BuildProgress.Step,
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        self.report(BuildProgress(step: step, state: .started))
        do {
            let value = try await work()
            self.report(BuildProgress(step: step, state: .finished))
            return value
        } catch {
            self.report(BuildProgress(step: step, state: .failed))
            throw error
        }
    }
}
