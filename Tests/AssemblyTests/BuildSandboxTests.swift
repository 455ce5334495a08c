import Domain
import Foundation
import Logging
import Runtimes
import TestSupport
import Testing

@testable import Assembly
@testable import Builder

/// What builds start sees nothing of the platform: the worker as it is put together, with an app that tries.
@Suite(.enabled(if: BuildAttack.canBuild, "needs bubblewrap, npm and the app toolchain"))
struct BuildSandboxTests {
    @Test func scriptsOfAnAppReachNothingButTheirWorkspace() async throws {
        try await BuildAttack.with { attack in
            let worker = try await WorkerParts.make(
                settings: attack.settings,
                environment: ProcessInfo.processInfo.environment,
                broker: ServerAddress(),
                demoURL: nil,
                logger: BuildAttack.logger
            )
            let builder = try #require(worker.builder)
            let outcome = try await builder.build(workspace: attack.workspace, app: "a", summary: "")
            await worker.stop()
            #expect(outcome.isComplete, "\(outcome.toolText)")
            #expect(try attack.loot() == [:])
        }
    }

    /// The attack is a real one: without a sandbox all of it succeeds.
    @Test func withoutTheSandboxTheSameAppReachesEverything() async throws {
        try await BuildAttack.with { attack in
            let builder = AppBuilder(
                toolchain: try #require(BuildAttack.toolchain),
                scratch: attack.root.appending(path: "scratch"),
                packages: PackageAccess(npm: try #require(BuildAttack.npm)),
                wrap: { $0 },
                logger: BuildAttack.logger
            )
            let outcome = try await builder.build(workspace: attack.workspace, app: "a", summary: "")
            await builder.stop()
            #expect(outcome.isComplete, "\(outcome.toolText)")
            let loot = try Set(attack.loot().keys).subtracting(["environ"])
            #expect(loot == ["canary", "other", "server", "write", "network"])
        }
    }

    @Test func codeInsideTheStyleCompilerReachesNothingEither() async throws {
        try await BuildAttack.with { attack in
            let toolchain = try #require(BuildAttack.toolchain)
            let stage = attack.root.appending(path: "stage").path
            try FileManager.default.createDirectory(atPath: stage, withIntermediateDirectories: true)
            try Data(attack.script.utf8).write(to: URL(filePath: stage + "/evil.js"))
            try Data("@import \"tailwindcss\";\n@plugin \"./evil.js\";\n".utf8).write(
                to: URL(filePath: stage + "/a.css")
            )
            let process = ToolProcess(wrap: try await attack.wrapper(), clock: ContinuousClock())
            let outcome = try await process.run(
                ToolCommand(
                    executable: toolchain.tailwind,
                    arguments: ["-i", "a.css", "-o", "b.css"],
                    environment: ToolEnvironment.make(home: stage),
                    workingDirectory: stage,
                    readableFolders: toolchain.readableFolders,
                    writableFolders: [stage]
                ),
                timeLimit: .seconds(60)
            )
            let page = URL(filePath: stage + "/dist/index.html")
            #expect(try String(contentsOf: page, encoding: .utf8) == "{}", "\(outcome)")
        }
    }

    @Test func whatASessionOfItsOwnLeavesBehindEndsToo() async throws {
        try await BuildAttack.with { attack in
            let process = ToolProcess(wrap: try await attack.wrapper(), clock: ContinuousClock())
            let outcome = try await process.run(attack.shell("setsid sleep 67 & echo done"), timeLimit: .seconds(60))
            #expect(outcome.succeeded)
            try await eventually { attack.processes().isEmpty }

            let stopped = Task {
                try await process.run(attack.shell("setsid sleep 67 & sleep 68"), timeLimit: .seconds(60))
            }
            try await eventually { attack.processes().count >= 3 }
            stopped.cancel()
            await #expect(throws: CancellationError.self) { try await stopped.value }
            try await eventually { attack.processes().isEmpty }
        }
    }

    @Test func nothingOutlivesAServerThatIsKilled() async throws {
        try await BuildAttack.with { attack in
            let wrapped = try await attack.wrapper()(attack.shell("setsid sleep 67 & sleep 68"))
            let server = Process()
            server.executableURL = URL(filePath: "/bin/sh")
            server.arguments = ["-c", #""$@" & wait"#, "server", wrapped.executable] + wrapped.arguments
            server.environment = wrapped.environment
            try server.run()
            try await eventually { attack.processes().count >= 4 }
            #expect(kill(server.processIdentifier, SIGKILL) == 0)
            try await eventually { attack.processes().isEmpty }
        }
    }

    @Test func foldersAroundTheDataFolderAreNeverShown() async throws {
        try await BuildAttack.with { attack in
            let wrap = try await attack.wrapper()
            for folder in ["/", attack.root.path, attack.settings.dataFolder.root.path, attack.root.path + "/data/"] {
                var command = attack.shell("true")
                command.readableFolders = [folder]
                #expect(throws: BuildSandbox.TooWide.self) { try wrap(command) }
            }
        }
    }

    /// A program of the toolchain may lie in any folder, also in the one that the data folder is in.
    @Test func aProgramBesideTheDataFolderIsShownAndNothingElseThere() async throws {
        try await BuildAttack.with { attack in
            let folder = attack.root.appending(path: "toolchain")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let node = try #require(BuildAttack.toolchain).node
            for (link, target) in [
                ("/node", URL(filePath: node).resolvingSymlinksInPath().path), ("/toolchain/node", "../node"),
            ] {
                try FileManager.default.createSymbolicLink(atPath: attack.root.path + link, withDestinationPath: target)
            }
            let toolchain = Toolchain(folder: folder)
            var command = attack.shell("\(toolchain.node) --version && ls \(attack.root.path)")
            command.readableFolders = toolchain.readableFolders
            command.writableFolders = [folder.path]
            command.workingDirectory = folder.path
            let process = ToolProcess(wrap: try await attack.wrapper(), clock: ContinuousClock())
            let outcome = try await process.run(command, timeLimit: .seconds(60))
            let said = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
            #expect(outcome.succeeded && said.first?.hasPrefix("v") == true, "\(outcome)")
            #expect(said.dropFirst() == ["node", "toolchain"])
        }
    }

    @Test func onlyTheInstallationOfPackagesHasTheMachinesNetwork() async throws {
        try await BuildAttack.with { attack in
            let wrap = try await attack.wrapper()
            var command = attack.shell("true")
            #expect(try wrap(command).arguments.contains("--unshare-net"))
            command.needsNetwork = true
            #expect(try !wrap(command).arguments.contains("--unshare-net"))
            let program = try wrap(command)
            for flag in ["--die-with-parent", "--new-session", "--unshare-pid"] {
                #expect(program.arguments.contains(flag))
            }
        }
    }
}
