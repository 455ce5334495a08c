import Application
import Domain
import Logging
import Runtimes
import ServiceLifecycle
import WorkerAPI

/// Tests each runtime once for each of its versions, in the background and while no turn runs (spec 03 §22.34).
///
/// A test that failed is made again at the next start, because what mends it may be no new version.
struct SelfTestWatch: Service {
    /// Nothing is tested before the first pages were served.
    static let delay = Duration.seconds(5)
    /// How often a runtime is looked at that was perhaps replaced while we run.
    static let interval = Duration.seconds(3600)
    static let patience = Duration.seconds(2)

    let subjects: [SelfTestSubject]
    let memory: SelfTestMemory
    let look: @Sendable () async -> [DetectedRuntime]
    let isIdle: @Sendable () async -> Bool
    let test: @Sendable (SelfTestSubject, _ version: String?) async throws -> SelfTestFinding
    var count: @Sendable (RuntimeID, _ outcome: String) -> Void = { _, _ in }
    var clock: any Clock<Duration> = ContinuousClock()
    var uptime = Uptime.live
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await self.clock.sleep(for: Self.delay)
                try await self.testAll(retryingFailed: true)
                while true {
                    try await self.clock.sleep(for: Self.interval)
                    try await self.testAll(retryingFailed: false)
                }
            } catch {
                // Cancelled: the server stops.
            }
        }
    }

    /// - Throws: `CancellationError` only.
    func testAll(retryingFailed: Bool) async throws {
        let found = try await self.found()
        let known = await self.memory.outcomes(of: found)
        for runtime in found where runtime.isAvailable {
            if let outcome = known[runtime.id], outcome.passed || !retryingFailed { continue }
            guard let subject = self.subjects.first(where: { $0.id == runtime.id && $0.path == runtime.path }) else {
                continue
            }
            while !(await self.isIdle()) { try await self.clock.sleep(for: Self.patience) }
            try await self.test(runtime, as: subject)
        }
    }

    /// What is here; a version that could not be told, as on a machine that is busy starting, is asked for again.
    private func found() async throws -> [DetectedRuntime] {
        var found = await self.look()
        for _ in 0..<3 where found.contains(where: { $0.isAvailable && $0.version == nil }) {
            try await self.clock.sleep(for: RecentDetection.lifetime)
            found = await self.look()
        }
        return found
    }

    private func test(_ runtime: DetectedRuntime, as subject: SelfTestSubject) async throws {
        var metadata: Logger.Metadata = [
            "runtime.name": "\(runtime.id.rawValue)", "runtime.version": "\(runtime.version ?? "unknown")",
        ]
        do {
            let started = self.uptime.now
            let finding = try await self.test(subject, runtime.version)
            metadata["duration_ms"] = "\(Int((self.uptime.now - started) / .milliseconds(1)))"
            switch finding {
            case .works:
                self.logger.info("A runtime passed its self-test", metadata: metadata)
                self.count(runtime.id, "passed")
            case .fails(let step, let message):
                metadata["error"] = "\(step.rawValue)"
                metadata["reason"] = "\(message)"
                self.logger.error("A runtime failed its self-test", metadata: metadata)
                self.count(runtime.id, step.rawValue)
            }
            try await self.memory.note(.init(finding), of: runtime)
        } catch {
            try Task.checkCancellation()
            metadata["error"] = "\(error)"
            self.logger.warning("A self-test could not be made or kept", metadata: metadata)
        }
    }
}
