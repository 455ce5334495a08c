import Subprocess
import SystemPackage

/// Runs a short command for what it says, with a time limit.
enum CommandProbe {
    struct Answer: Sendable {
        var isSuccess: Bool
        var output: String
    }

    enum Outcome: Sendable {
        case answered(Answer)
        case tookTooLong
        /// It could not be started, or its output was not to be read.
        case failed

        /// What it said, if it did.
        var answer: Answer? { if case .answered(let answer) = self { answer } else { nil } }
    }

    /// The processes of the command are gone, whatever came of it.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        limit: Duration,
        clock: any Clock<Duration>
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
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
                else { return .failed }
                let output = "\(result.standardOutput)\n\(result.standardError)"
                return .answered(Answer(isSuccess: result.terminationStatus.isSuccess, output: output))
            }
            group.addTask {
                // Cancelled is in time.
                try? await clock.sleep(for: limit)
                return .tookTooLong
            }
            let first = await group.next() ?? .failed
            group.cancelAll()
            return first
        }
    }
}
