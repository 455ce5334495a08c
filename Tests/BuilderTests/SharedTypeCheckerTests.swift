import Domain
import Foundation
import Logging
import TestSupport
import Testing

@testable import Builder

/// Apps share the type checker's process; what one does to it is no other's failure.
@Suite(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
struct SharedTypeCheckerTests {
    /// Answers every request at once, but for those of the app "slow".
    private static let program = """
        while read -r line; do
          id=$(printf %s "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
          case "$line" in *slow*) : > asked; sleep 61;; esac
          echo "{\\"id\\":$id,\\"total\\":0}"
        done
        """

    private func with(
        _ body: (TypeChecker, ManualClock, _ isSlowAsked: () -> Bool) async throws -> Void
    ) async throws {
        try await BuilderFixture.with { fixture in
            let folder = fixture.root.path
            let clock = ManualClock()
            let checker = TypeChecker(
                toolchain: try #require(BuilderFixture.toolchain),
                home: folder,
                wrap: { command in
                    var command = command
                    command.executable = "/bin/sh"
                    command.arguments = ["-c", Self.program]
                    command.workingDirectory = folder
                    return command
                },
                clock: clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            try await body(checker, clock) { FileManager.default.fileExists(atPath: folder + "/asked") }
            await checker.stop()
        }
    }

    @Test func theTimeOfACheckBeginsWithItsTurn() async throws {
        try await self.with { checker, clock, isSlowAsked in
            let slow = Task { try await checker.check(app: "slow", files: []) }
            try await eventually { isSlowAsked() && clock.sleeperCount == 1 }
            async let waiting = checker.check(app: "quick", files: [])
            try await eventually { await checker.turns.waitingCount == 1 }
            clock.advance(by: TypeChecker.timeLimit)
            let failure = TypeChecker.Failure.tookTooLong(TypeChecker.timeLimit)
            await #expect(throws: failure) { try await slow.value }
            let waitingProblems = try await waiting
            #expect(waitingProblems.isEmpty)
        }
    }

    @Test func aCancelledCheckFailsNoOther() async throws {
        try await self.with { checker, _, isSlowAsked in
            let slow = Task { try await checker.check(app: "slow", files: []) }
            try await eventually { isSlowAsked() }
            async let one = checker.check(app: "one", files: [])
            async let other = checker.check(app: "other", files: [])
            slow.cancel()
            await #expect(throws: CancellationError.self) { try await slow.value }
            let oneProblems = try await one
            #expect(oneProblems.isEmpty)
            let otherProblems = try await other
            #expect(otherProblems.isEmpty)
        }
    }
}
