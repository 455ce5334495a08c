import Domain
import Foundation
import TestSupport
import Testing

@testable import Builder

/// The programs ask for every folder they need: inside a sandbox that shows nothing else, builds work all the same.
@Suite(
    .enabled(
        if: BuilderFixture.canBuild && (SandboxedBuild.isPossible || BuilderFixture.isCI),
        "needs bubblewrap and the app toolchain"
    )
)
struct SandboxedBuildTests {
    @Test func aBuildNeedsOnlyTheFoldersItNames() async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a")
            let bare = try await fixture.builder { try await $0.build(workspace: workspace, app: "a", summary: "") }
            let boxed = try await fixture.builder(scratch: "boxed", wrap: SandboxedBuild.wrap) { builder in
                try await builder.build(workspace: workspace, app: "a", summary: "")
            }
            #expect(boxed.isComplete, "\(boxed.toolText)")
            #expect(boxed.completed?.artifactHash == bare.completed?.artifactHash)
        }
    }

    @Test func cancellingEndsWhatRunsInTheSandbox() async throws {
        try await BuilderFixture.with { fixture in
            let process = ToolProcess(wrap: SandboxedBuild.wrap, clock: ContinuousClock())
            let command = ToolCommand(
                executable: "/bin/sh",
                arguments: ["-c", "sleep 61 & sleep 61"],
                environment: ToolEnvironment.make(home: fixture.root.path),
                workingDirectory: fixture.root.path,
                writableFolders: [fixture.root.path]
            )
            let task = Task { try await process.run(command, timeLimit: .seconds(60)) }
            try await eventually { fixture.processes().count >= 3 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually { fixture.processes().isEmpty }
        }
    }
}

enum SandboxedBuild {
    private static let program = "/usr/bin/bwrap"

    static let isPossible: Bool = {
        guard FileManager.default.isExecutableFile(atPath: program) else { return false }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--ro-bind", "/", "/", "--unshare-all", "true"]
        // Not allowed here: then there is nothing to test.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Sendable static func wrap(_ command: ToolCommand) -> ToolCommand {
        var arguments = ["--unshare-all", "--die-with-parent", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        for folder in ["/usr", "/bin", "/lib", "/lib64", "/etc/alternatives"] {
            arguments += ["--ro-bind-try", folder, folder]
        }
        for folder in command.readableFolders { arguments += ["--ro-bind-try", folder, folder] }
        for folder in command.writableFolders { arguments += ["--bind-try", folder, folder] }
        arguments += ["--chdir", command.workingDirectory, command.executable] + command.arguments
        var wrapped = command
        wrapped.executable = self.program
        wrapped.arguments = arguments
        wrapped.workingDirectory = "/"
        return wrapped
    }
}
