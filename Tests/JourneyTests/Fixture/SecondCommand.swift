import Foundation
import Subprocess
import SystemPackage

/// A command of the built binary that ends by itself, or is ended by what it says.
struct SecondCommand: Sendable {
    var arguments: [String]
    var environment: [String: String] = [:]

    struct Ended: Sendable {
        var status: TerminationStatus
        /// Standard output and standard error together.
        var lines: [String]

        var text: String { self.lines.joined(separator: "\n") }
    }

    /// Runs to the end; `signal` is sent as soon as a line contains `mark`.
    func run(sending signal: Int32? = nil, at mark: String = "") async throws -> Ended {
        let outcome = try await Subprocess.run(
            .path(FilePath(SecondServer.binary)),
            arguments: Arguments(self.arguments),
            environment: .custom(self.variables),
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            var lines: [String] = []
            for try await line in execution.standardOutput.strings() {
                let line = line.trimmingCharacters(in: .newlines)
                // A remark of libmongoc on machines without shared memory.
                if line.contains("Falling back to malloc for counters") { continue }
                if let signal, lines.allSatisfy({ !$0.contains(mark) }), line.contains(mark) {
                    kill(execution.processIdentifier.value, signal)
                }
                lines.append(line)
            }
            return lines
        }
        return Ended(status: outcome.terminationStatus, lines: outcome.closureResult)
    }

    private var variables: [Environment.Key: String] {
        var variables = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        for name in ["SECOND_TOOLCHAIN_DIR", "SECOND_CLAUDE_PATH", "LANG"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        variables.merge(self.environment) { _, ours in ours }
        return Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}
