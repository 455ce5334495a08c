import Subprocess
import SystemPackage

/// Runs a short command for what it says, with a time limit.
enum CommandProbe {
    struct Answer: Sendable {
        var isSuccess: Bool
        var output: String
    }

    /// `nil` when the command could not be started or took too long; its processes are gone either way.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        limit: Duration,
        clock: any Clock<Duration>
    ) async -> Answer? {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask {
                var options = PlatformOptions()
                options.createSession = true
                // Not started is no answer.
                guard
                    let result = try? await Subprocess.run(
                        .path(FilePath(path)),
                        arguments: Arguments(arguments),
                        environment: .custom(
                            Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })
                        ),
                        platformOptions: options,
                        input: .none,
                        output: .string(limit: 65536),
                        error: .string(limit: 65536)
                    )
                else { return nil }
                let output = "\(result.standardOutput)\n\(result.standardError)"
                return Answer(isSuccess: result.terminationStatus.isSuccess, output: output)
            }
            group.addTask {
                // Cancelled is in time.
                try? await clock.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
