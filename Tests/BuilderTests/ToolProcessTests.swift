import Foundation
import TestSupport
import Testing

@testable import Builder

@Suite struct ToolProcessTests {
    private let process = ToolProcess(wrap: { $0 }, clock: ContinuousClock())

    private func shell(_ script: String, in fixture: BuilderFixture) -> ToolCommand {
        ToolCommand(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: ToolEnvironment.make(home: fixture.root.path),
            workingDirectory: fixture.root.path
        )
    }

    @Test func outputsAndExitCodeAreTold() async throws {
        try await BuilderFixture.with { fixture in
            let outcome = try await self.process.run(
                self.shell("echo out; echo err >&2; exit 3", in: fixture),
                timeLimit: .seconds(60)
            )
            #expect(outcome.exitCode == 3)
            #expect(outcome.output == Array("out\n".utf8))
            #expect(outcome.errorOutput == Array("err\n".utf8))
        }
    }

    @Test func nothingIsInheritedButTheNamedVariables() async throws {
        let environment = ToolEnvironment.make(
            home: "/h",
            from: ["LANG": "C.UTF-8", "INTERNAL_API_TOKEN": "secret", "PATH": "/evil", "ANTHROPIC_API_KEY": "key"]
        )
        #expect(Set(environment.keys) == ["PATH", "HOME", "TMPDIR", "LANG", "NO_COLOR"])
        #expect(environment["PATH"]?.contains("evil") == false)
        try await BuilderFixture.with { fixture in
            let outcome = try await self.process.run(self.shell("env", in: fixture), timeLimit: .seconds(60))
            let names = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
                .compactMap { $0.split(separator: "=").first.map(String.init) }
            #expect(
                Set(names).subtracting([
                    "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "NO_COLOR", "PWD", "OLDPWD", "SHLVL",
                    "_",
                ]).isEmpty
            )
        }
    }

    @Test func aLimitOfTimeEndsTheProgramAndItsChildren() async throws {
        try await BuilderFixture.with { fixture in
            let limit: Duration = .milliseconds(300)
            await #expect(throws: ToolProcess.Failure.tookTooLong(limit)) {
                try await self.process.run(self.shell("sleep 60 & sleep 60", in: fixture), timeLimit: limit)
            }
            try await eventually { fixture.processes().isEmpty }
        }
    }

    @Test func cancellationLeavesNoChild() async throws {
        try await BuilderFixture.with { fixture in
            let task = Task {
                try await self.process.run(
                    self.shell("(trap '' TERM; sleep 60) & trap '' TERM; sleep 60", in: fixture),
                    timeLimit: .seconds(60)
                )
            }
            try await eventually { fixture.processes().count >= 2 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually { fixture.processes().isEmpty }
        }
    }

    @Test func whatAProgramLeavesBehindEndsWithIt() async throws {
        try await BuilderFixture.with { fixture in
            let outcome = try await self.process.run(
                self.shell("sleep 60 >/dev/null 2>&1 & echo done", in: fixture),
                timeLimit: .seconds(60)
            )
            #expect(outcome.succeeded)
            try await eventually { fixture.processes().isEmpty }
        }
    }

    @Test func tooMuchOutputEndsTheProgram() async throws {
        try await BuilderFixture.with { fixture in
            let exactly = try await self.process.run(
                self.shell("head -c \(ToolProcess.outputLimit) /dev/zero", in: fixture),
                timeLimit: .seconds(60)
            )
            #expect(exactly.output.count == ToolProcess.outputLimit)
            await #expect(throws: ToolProcess.Failure.saidTooMuch) {
                try await self.process.run(self.shell("cat /dev/zero", in: fixture), timeLimit: .seconds(60))
            }
        }
    }

    @Test func aProgramThatIsNotThereIsAnAnswer() async throws {
        let command = ToolCommand(executable: "/nonexistent", arguments: [], environment: [:], workingDirectory: "/")
        await #expect { try await self.process.run(command, timeLimit: .seconds(60)) } throws: { error in
            if case ToolProcess.Failure.didNotStart = error { true } else { false }
        }
    }

    @Test func theWrapperHasTheLastWord() async throws {
        try await BuilderFixture.with { fixture in
            let wrapped = ToolProcess(
                wrap: { command in
                    var command = command
                    command.arguments = ["-c", "echo wrapped"]
                    return command
                },
                clock: ContinuousClock()
            )
            let outcome = try await wrapped.run(self.shell("echo bare", in: fixture), timeLimit: .seconds(60))
            #expect(outcome.output == Array("wrapped\n".utf8))
        }
    }
}
