import Foundation
import Subprocess

/// The binary that the journeys start, and what its processes are told of this machine.
enum SecondBinary {
    static var path: String {
        ProcessInfo.processInfo.environment["SECOND_BINARY"] ?? ".build/debug/second"
    }

    /// Where this machine keeps what runs agents.
    static let tools = ["SECOND_TOOLCHAIN_DIR", "SECOND_CLAUDE_PATH", "LANG"]

    /// The variables of a process: its own, this machine's path, and what else of this machine is named.
    static func environment(_ own: [String: String], passingOn names: [String] = Self.tools) -> Environment {
        let machine = ProcessInfo.processInfo.environment
        var variables = ["PATH": machine["PATH"] ?? "/usr/bin:/bin"]
        for name in names { variables[name] = machine[name] }
        variables.merge(own) { _, ours in ours }
        return .custom(
            Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
        )
    }
}
