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
            .path(FilePath(SecondBinary.path)),
            arguments: Arguments(self.arguments),
            environment: SecondBinary.environment(self.environment),
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
}
