import Domain
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Builder

/// Builds wait for each other, and none takes the machine.
@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct BuildLimitsTests {
    @Test func oneBuildMoreThanAllowedWaitsAndSaysSo() async throws {
        try await BuilderFixture.with { fixture in
            let one = try await fixture.workspace("one")
            let other = try await fixture.workspace("other")
            let go = fixture.root.appending(path: "go")
            let builder = AppBuilder(
                toolchain: try #require(BuilderFixture.toolchain),
                scratch: fixture.root.appending(path: "scratch"),
                wrap: { command in
                    guard !command.executable.hasSuffix("/node") else { return command }
                    var command = command
                    command.executable = "/bin/sh"
                    command.arguments = ["-c", "while [ ! -e '\(go.path)' ]; do sleep 0.05; done; exit 1"]
                    return command
                },
                limits: BuildLimits(atOnce: 1),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let began = Mutex(false)
            let steps = Mutex<[BuildProgress]>([])
            async let first = builder.build(workspace: one, app: "one", summary: "") { _ in
                began.withLock { $0 = true }
            }
            try await eventually { began.withLock { $0 } }
            async let second = builder.build(workspace: other, app: "other", summary: "") { step in
                steps.withLock { $0.append(step) }
            }
            try await eventually { !steps.withLock { $0.isEmpty } }
            #expect(steps.withLock { $0 } == [BuildProgress(step: .wait, state: .started)])
            #expect(steps.withLock { $0.first?.line } == "Waiting for other builds")
            try Data().write(to: go)
            let outcomes = try await [first, second]
            #expect(outcomes.allSatisfy { !$0.isComplete })
            #expect(steps.withLock { $0.count } > 1)
            await builder.stop()
        }
    }

    /// Who waited and who ran.
    private final class Seen: Sendable {
        private let state = Mutex((waiting: 0, order: [Int]()))

        var waiting: Int { self.state.withLock { $0.waiting } }
        var order: [Int] { self.state.withLock { $0.order } }

        func wait() { self.state.withLock { $0.waiting += 1 } }

        func run(_ number: Int) { self.state.withLock { $0.order.append(number) } }
    }

    @Test func aWaitingBuildCanBeCancelled() async throws {
        let turns = Turns(atOnce: 1)
        let gate = AsyncStream.makeStream(of: Void.self)
        let seen = Seen()
        let first = Task { try await turns.run { for await _ in gate.stream { break } } }
        try await eventually { await turns.isFull }
        let second = Task { try await turns.run(waits: { seen.wait() }, { seen.run(2) }) }
        try await eventually { seen.waiting == 1 }
        let third = Task { try await turns.run(waits: { seen.wait() }, { seen.run(3) }) }
        try await eventually { seen.waiting == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        gate.continuation.yield()
        try await first.value
        try await third.value
        #expect(seen.order == [3])
        #expect(await !turns.isFull)
    }

    @Test func aProgramEndsAtItsLimitOfMemory() async throws {
        try await BuilderFixture.with { fixture in
            let process = ToolProcess(wrap: { $0 }, memoryLimit: 256 << 20, clock: ContinuousClock())
            let node = try #require(BuilderFixture.toolchain).node
            func run(_ megabytes: Int) async throws -> ToolProcess.Outcome {
                try await process.run(
                    ToolCommand(
                        executable: node,
                        arguments: ["-e", "Buffer.alloc(\(megabytes) << 20, 1); console.log('fits')"],
                        environment: ToolEnvironment.make(home: fixture.root.path),
                        workingDirectory: fixture.root.path
                    ),
                    timeLimit: .seconds(60)
                )
            }
            #expect(try await run(1).succeeded)
            #expect(try await !run(512).succeeded)
        }
    }

    @Test func stylesThatFillTheMemoryAreAClearProblem() async throws {
        try await BuilderFixture.with { fixture in
            let toolchain = try #require(BuilderFixture.toolchain)
            let folders = try await BuildFolders(root: fixture.root.appending(path: "scratch")).open(app: "a")
            let text = "@import \"tailwindcss\";\n@source inline(\"p-{1..100000000}\");\n"
            let source = SourceFile(path: try #require(SourcePath("src/index.css")), bytes: Data(text.utf8))
            try BuildFolders.write([source], to: folders.stage)
            let step = StyleStep(
                toolchain: toolchain,
                process: ToolProcess(wrap: { $0 }, memoryLimit: 1 << 30, clock: ContinuousClock()),
                folders: folders
            )
            let result = try await step.run(["src/index.css"], of: AppSnapshot(files: [source]))
            guard case .failure(let failure) = result else { return #expect(Bool(false), "It was compiled.") }
            #expect(failure.problems.contains { $0.message.contains("too much memory") }, "\(failure.problems)")
        }
    }
}
