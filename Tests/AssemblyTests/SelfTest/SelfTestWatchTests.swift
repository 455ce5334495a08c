import Application
import Domain
import Foundation
import Logging
import Runtimes
import Synchronization
import TestSupport
import Testing
import WorkerAPI

@testable import Assembly

/// When a runtime is tested, and when not.
@Suite struct SelfTestWatchTests {
    /// What a watch sees and does.
    private final class Scene: Sendable {
        struct State {
            var version: String? = "2.1.0"
            var isAvailable = true
            var finding: SelfTestFinding? = .works
            var busyLooks = 0
            var tested: [String] = []
            var counted: [String] = []
            var slept: [Duration] = []
        }

        let state = Mutex(State())
        let memory: SelfTestMemory

        init(_ file: URL) {
            self.memory = SelfTestMemory(file: file)
        }

        var tested: [String] { self.state.withLock(\.tested) }

        var watch: SelfTestWatch {
            let subject = SelfTestSubject(id: .claudeCode, path: "/bin/claude") { _, _, _ in preconditionFailure() }
            return SelfTestWatch(
                subjects: [subject],
                memory: self.memory,
                look: {
                    var runtime = SelfTestMemoryTests.runtime(self.state.withLock(\.version))
                    runtime.isAvailable = self.state.withLock(\.isAvailable)
                    return [runtime]
                },
                isIdle: {
                    self.state.withLock { state in
                        state.busyLooks -= 1
                        return state.busyLooks < 0
                    }
                },
                test: { _, version in
                    try self.state.withLock { state in
                        state.tested.append(version ?? "unknown")
                        guard let finding = state.finding else { throw CocoaError(.fileWriteOutOfSpace) }
                        return finding
                    }
                },
                count: { runtime, outcome in
                    self.state.withLock { $0.counted.append("\(runtime.rawValue) \(outcome)") }
                },
                clock: HurriedClock { duration in self.state.withLock { $0.slept.append(duration) } },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }

        static func with(_ body: (Scene) async throws -> Void) async throws {
            let file = SelfTestMemoryTests.file()
            defer { try? FileManager.default.removeItem(at: file) }  // Not written: fine.
            try await body(Scene(file))
        }
    }

    @Test func aVersionIsTestedOnce() async throws {
        try await Scene.with { scene in
            try await scene.watch.testAll(retryingFailed: true)
            try await scene.watch.testAll(retryingFailed: true)
            #expect(scene.tested == ["2.1.0"])
            scene.state.withLock { $0.version = "2.2.0" }
            try await scene.watch.testAll(retryingFailed: false)
            #expect(scene.tested == ["2.1.0", "2.2.0"])
            #expect(scene.state.withLock(\.counted) == ["claude-code passed", "claude-code passed"])
        }
    }

    @Test func aFailureIsToldAndTriedAgainAtTheNextStart() async throws {
        try await Scene.with { scene in
            scene.state.withLock { $0.finding = .fails(.noAnswer, message: "It does not work: no answer.") }
            try await scene.watch.testAll(retryingFailed: true)
            try await scene.watch.testAll(retryingFailed: false)
            #expect(scene.tested == ["2.1.0"])
            #expect(
                await scene.memory.outcomes(of: [SelfTestMemoryTests.runtime()]) == [
                    .claudeCode: .init(
                        passed: false,
                        code: "self_test_no_answer",
                        message: "It does not work: no answer."
                    )
                ]
            )
            scene.state.withLock { $0.finding = .works }
            try await scene.watch.testAll(retryingFailed: true)
            #expect(
                await scene.memory.outcomes(of: [SelfTestMemoryTests.runtime()]) == [.claudeCode: .init(passed: true)]
            )
            #expect(scene.state.withLock(\.counted) == ["claude-code self_test_no_answer", "claude-code passed"])
        }
    }

    @Test func aTestThatCouldNotBeMadeSaysNothing() async throws {
        try await Scene.with { scene in
            scene.state.withLock { $0.finding = nil }
            try await scene.watch.testAll(retryingFailed: true)
            #expect(await scene.memory.outcomes(of: [SelfTestMemoryTests.runtime()]).isEmpty)
            #expect(scene.state.withLock(\.counted).isEmpty)
        }
    }

    @Test func nothingIsTestedWhileTurnsRunOrWithoutTheRuntime() async throws {
        try await Scene.with { scene in
            scene.state.withLock { $0.busyLooks = 3 }
            try await scene.watch.testAll(retryingFailed: true)
            #expect(scene.state.withLock(\.slept) == Array(repeating: SelfTestWatch.patience, count: 3))
            #expect(scene.tested == ["2.1.0"])
            scene.state.withLock { state in
                state.version = "2.2.0"
                state.isAvailable = false
            }
            try await scene.watch.testAll(retryingFailed: true)
            #expect(scene.tested == ["2.1.0"])
        }
    }

    @Test func aVersionThatIsNotToldIsAskedForAFewTimes() async throws {
        try await Scene.with { scene in
            scene.state.withLock { $0.version = nil }
            try await scene.watch.testAll(retryingFailed: true)
            #expect(scene.state.withLock(\.slept) == Array(repeating: RecentDetection.lifetime, count: 3))
            #expect(scene.tested == ["unknown"])
        }
    }

    @Test(.timeLimit(.minutes(5))) func aServerThatStopsEndsTheWaiting() async throws {
        try await Scene.with { scene in
            scene.state.withLock { $0.busyLooks = .max }
            let watch = scene.watch
            let running = Task { try await watch.testAll(retryingFailed: true) }
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            #expect(scene.tested.isEmpty)
        }
    }
}
