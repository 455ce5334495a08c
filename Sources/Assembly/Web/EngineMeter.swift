import Domain
import Exposition
import Metrics
import Synchronization

/// Measures what an engine is asked: how long each operation takes, and which fail.
final class EngineMeter: Sendable {
    private struct Operation {
        var timer: Timer
        var failures: Counter
    }

    private let part: String
    private let exposition: Exposition
    private let uptime: Uptime
    private let operations = Mutex<[String: Operation]>([:])

    /// `part` is `database` or `bus`.
    init(_ part: String, exposition: Exposition, uptime: Uptime = .live) {
        self.part = part
        self.exposition = exposition
        self.uptime = uptime
        exposition.describe("second.\(part).operation.duration", .latency, "Operations of the \(part).")
        exposition.describe("second.\(part).failures", .counter, "Operations of the \(part) that failed.")
    }

    /// `isFailure` tells faults of the engine from refusals, which are answers.
    func measure<Result>(
        _ name: String,
        isFailure: (any Error) -> Bool,
        _ work: () async throws -> Result
    ) async throws -> Result {
        let operation = self.operation(name)
        let start = self.uptime.now
        defer { operation.timer.recordNanoseconds(Int64((self.uptime.now - start) / .nanoseconds(1))) }
        do {
            return try await work()
        } catch {
            if !(error is CancellationError), isFailure(error) { operation.failures.increment() }
            throw error
        }
    }

    private func operation(_ name: String) -> Operation {
        self.operations.withLock { operations in
            if let known = operations[name] { return known }
            let labels = [("operation", name)]
            let made = Operation(
                timer: Timer(
                    label: "second.\(self.part).operation.duration",
                    dimensions: labels,
                    factory: self.exposition
                ),
                failures: Counter(label: "second.\(self.part).failures", dimensions: labels, factory: self.exposition)
            )
            operations[name] = made
            return made
        }
    }
}
