package import Domain
import Folders
import Foundation
package import Logging
package import RuntimeProtocols
import Subprocess
import SystemPackage

/// Runs turns with the Claude Code CLI, one process each (spec 03 §10).
package struct ClaudeCodeRuntime: AgentRuntime {
    private let configuration: ClaudeCodeConfiguration
    private let random: RandomBytes
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let exited: @Sendable (String) -> Void

    /// `exited` is told how each turn's process ended, such as `exit code 0`: a turn that has its result does not care, a
    /// self-test does.
    package init(
        _ configuration: ClaudeCodeConfiguration,
        logger: Logger,
        random: RandomBytes = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        exited: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.exited = exited
        self.random = random
        self.clock = clock
    }

    package var id: RuntimeID { .claudeCode }

    package func run(
        _ turn: TurnRequest,
        receive: @escaping @Sendable (RuntimeEvent) async throws -> Void
    ) async throws {
        if Task.isCancelled { throw RuntimeFailure.cancelled }
        switch self.configuration.provider {
        case .key(let key, let baseURL):
            try await ProviderRelay.with(
                target: baseURL,
                key: key,
                token: self.random.take(24).hexadecimal,
                logger: self.logger
            ) { access in
                try await self.run(turn, provider: access, secrets: [key], receive: receive)
            }
        case .loopback(let baseURL):
            let access = ProviderAccess(baseURL: baseURL, token: "none")
            try await self.run(turn, provider: access, secrets: [], receive: receive)
        case .login: try await self.run(turn, provider: nil, secrets: [], receive: receive)
        }
    }

    private func run(
        _ turn: TurnRequest,
        provider: ProviderAccess?,
        secrets: [Secret<String>],
        receive: @escaping @Sendable (RuntimeEvent) async throws -> Void
    ) async throws {
        let files: ClaudePrivateFiles
        do {
            let provider = self.configuration.provider
            files = try await FileThreads.run { try ClaudePrivateFiles(for: turn, provider: provider) }
        } catch is BorrowedLogin.Unusable {
            throw RuntimeFailure.unavailable("The login of Claude Code on this machine cannot be used. Sign in again.")
        } catch {
            throw RuntimeFailure.unavailable("The private home of the agent cannot be written.")
        }
        let stubs = WorkspaceStubs(workspace: turn.workspace)
        let session = ClaudeTurn(turn, files: files, secrets: secrets, clock: self.clock, receive: receive)
        // Ended by the line below, which always waits for it: not a child task, so that a cancelled turn can stop in
        // its own order.
        let work = Task { try await self.execute(turn, provider: provider, files: files, session: session) }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            // Ends by itself: it only hands on the wish.
            Task { await session.cancel() }
        }
        await self.cleanUp(turn, files: files, stubs: stubs, process: await session.processID)
        try result.get()
    }

    /// Ends what the agent left running, then takes away what the turn put on disk.
    private func cleanUp(
        _ turn: TurnRequest,
        files: ClaudePrivateFiles,
        stubs: WorkspaceStubs,
        process: Int32?
    ) async {
        // The sandbox ends everything in it by itself.
        let leftovers: Int32? = if case .none = self.configuration.containment { process } else { nil }
        let home = turn.home.claudeConfiguration.path(percentEncoded: false).withoutTrailingSlash
        // It throws nothing.
        let isRefreshed = try? await FileThreads.run {
            if let leftovers { TurnProcesses.endLeftovers(of: leftovers, home: home) }
            stubs.remove()
            return files.removeAll()
        }
        if isRefreshed == true { self.logger.notice("The login of Claude Code was refreshed by a turn") }
    }

    private func execute(
        _ turn: TurnRequest,
        provider: ProviderAccess?,
        files: ClaudePrivateFiles,
        session: ClaudeTurn
    ) async throws {
        let command = self.command(turn, files: files)
        let environment = ClaudeEnvironment.make(
            self.configuration,
            home: turn.home,
            temporary: files.temporaryPath,
            provider: provider
        )
        var options = PlatformOptions()
        options.createSession = true
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                .path(FilePath(command.executable)),
                arguments: Arguments(command.arguments),
                environment: .custom(
                    Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })
                ),
                workingDirectory: FilePath(turn.workspace.path(percentEncoded: false)),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                await session.begin(RunningProcess(execution))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await buffer in execution.standardError {
                            await session.readError(buffer.withUnsafeBytes(Array.init))
                        }
                    }
                    for try await buffer in execution.standardOutput {
                        await session.read(buffer.withUnsafeBytes(Array.init))
                    }
                    try await group.waitForAll()
                }
                await session.readEnd()
                // Its output is over: it exits by itself, or is made to.
                await execution.teardown(using: [
                    .send(signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(5)),
                    .gracefulShutDown(allowedDurationToNextStep: .seconds(2)),
                ])
            }
            .terminationStatus
        } catch let error as SubprocessError {
            self.logger.error("claude code could not run", metadata: ["error": "\(error)"])
            throw RuntimeFailure.unavailable("Claude Code could not be started on this machine.")
        }
        let exit = Self.describe(status)
        self.exited(exit)
        try await session.end(exit: exit)
    }

    private func command(_ turn: TurnRequest, files: ClaudePrivateFiles) -> Sandbox.Command {
        let line = ClaudeCommandLine(
            turn,
            model: turn.settings.model,
            systemPromptFile: files.systemPromptPath,
            toolServerFile: files.toolServersPath
        )
        let executable = URL(filePath: self.configuration.executable).resolvingSymlinksInPath()
        let path = executable.path(percentEncoded: false)
        let command = Sandbox.Command(executable: path, arguments: line.arguments)
        guard case .sandbox(let sandbox) = self.configuration.containment else { return command }
        return sandbox.wrap(
            command,
            readable: Sandbox.readable(for: path),
            writable: [turn.workspace, turn.home.root].map { $0.path(percentEncoded: false).withoutTrailingSlash },
            workingDirectory: turn.workspace.path(percentEncoded: false).withoutTrailingSlash
        )
    }

    private static func describe(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code) where code > 128: "signal \(code - 128)"
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}
