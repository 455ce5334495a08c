import Foundation
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Runs one program to its end, within a time and an output limit, and leaves nothing running behind it.
struct ToolProcess: Sendable {
    /// Each of the two outputs; more ends the program.
    static let outputLimit = 10 * 1024 * 1024

    struct Outcome: Sendable {
        /// `nil` when a signal ended it.
        let exitCode: Int32?
        let output: [UInt8]
        let errorOutput: [UInt8]

        var succeeded: Bool { self.exitCode == 0 }

        /// A signal ended it, as it does when memory is used up; a shell or sandbox around it says so by its exit code.
        var wasCutShort: Bool { self.exitCode.map { $0 > 128 } ?? true }
    }

    enum Failure: Error, Equatable {
        case tookTooLong(Duration)
        case saidTooMuch
        case didNotStart(String)
        /// Whoever wraps programs does not let it run, and says why.
        case refused(String)
    }

    let wrap: CommandWrapper
    /// Bytes that each program may fill.
    var memoryLimit = BuildLimits().memory
    let clock: any Clock<Duration>

    /// Cancellation ends the program and everything it started.
    func run(_ command: ToolCommand, timeLimit: Duration) async throws -> Outcome {
        let wrapped: ToolCommand
        do {
            wrapped = try self.wrap(command)
        } catch {
            throw Failure.refused("\(error)")
        }
        // Shell and sandbox would make an exit code of this.
        for program in [command.executable, wrapped.executable] where !Self.isProgram(program) {
            throw Failure.didNotStart("\(program) is no program.")
        }
        let limited = wrapped.limited(toMemory: self.memoryLimit)
        // Whichever comes first, the end of the program or of its time, ends the other; so does a caller that leaves.
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await Self.execute(limited) }
            group.addTask {
                try await self.clock.sleep(for: timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw Failure.tookTooLong(timeLimit)
            }
            return outcome
        }
    }

    private static func isProgram(_ path: String) -> Bool {
        path.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: path)
    }

    private static func execute(_ command: ToolCommand) async throws -> Outcome {
        do {
            let result = try await Subprocess.run(
                self.configuration(of: command),
                input: .none,
                output: .sequence,
                error: .sequence
            ) { execution in
                let process = execution.processIdentifier.value
                // Also when the program itself is gone and only a child of it still holds our pipes.
                return try await withTaskCancellationHandler {
                    async let output = self.collect(execution.standardOutput, of: process)
                    async let errorOutput = self.collect(execution.standardError, of: process)
                    return try await (process, output, errorOutput)
                } onCancel: {
                    kill(-process, SIGKILL)
                }
            }
            let (process, output, errorOutput) = result.closureResult
            // The program has ended; whatever it left in its process group ends now.
            kill(-process, SIGKILL)
            try Task.checkCancellation()
            guard let output, let errorOutput else { throw Failure.saidTooMuch }
            guard case .exited(let code) = result.terminationStatus else {
                return Outcome(exitCode: nil, output: output, errorOutput: errorOutput)
            }
            return Outcome(exitCode: code, output: output, errorOutput: errorOutput)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw Failure.didNotStart(error.description)
        }
    }

    /// A session of its own, no inherited variable, and the end of the whole group when the task is cancelled.
    static func configuration(of command: ToolCommand) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        return Configuration(
            executable: .path(FilePath(command.executable)),
            arguments: Arguments(command.arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: command.environment.map { (Environment.Key(stringLiteral: $0), $1) })
            ),
            workingDirectory: FilePath(command.workingDirectory),
            platformOptions: options
        )
    }

    /// The bytes, or `nil` when they were too many; then the program is ended.
    private static func collect(_ stream: SubprocessOutputSequence, of process: pid_t) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var isOver = false
        for try await buffer in stream where !isOver {
            guard bytes.count + buffer.count <= self.outputLimit else {
                isOver = true
                bytes = []
                kill(-process, SIGKILL)
                continue
            }
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return isOver ? nil : bytes
    }
}
