/// All that is wrong with the configuration, told at once; the process exits with `exitCode` (spec 05 B44).
package struct ConfigurationProblems: Error, CustomStringConvertible, Sendable, Equatable {
    /// `EX_CONFIG` of sysexits.
    package static let exitCode: Int32 = 78

    package struct Problem: Sendable, Equatable {
        package var variable: String
        package var message: String
    }

    package var problems: [Problem]

    package var description: String {
        self.problems.map { "\($0.variable): \($0.message)" }.joined(separator: "\n")
    }
}
