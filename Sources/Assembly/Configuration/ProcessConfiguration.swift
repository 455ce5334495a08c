/// What a process can be told, by its command line and its environment.
package protocol ProcessConfiguration: Sendable {
    /// What was said on the command line; it wins over the environment.
    associatedtype CommandLine: Sendable

    /// Reads everything, and leaves all that is wrong with the reader; `nil` where something is missing for that.
    init?(reading reader: inout ConfigurationReader, commandLine: CommandLine, executable: String)

    var logLevel: String { get }

    /// The effective values as text for `--check-config`; secrets are only said to be there.
    var summary: String { get }
}

extension ProcessConfiguration {
    /// Reads and checks everything.
    ///
    /// - Returns: the configuration, and warnings that do not keep the process from starting.
    /// - Throws: `ConfigurationProblems` with every problem at once (spec 05 B44).
    package static func load(
        environment: [String: String],
        commandLine: CommandLine,
        executable: String = Swift.CommandLine.arguments.first ?? "second"
    ) throws(ConfigurationProblems) -> (configuration: Self, warnings: [String]) {
        var reader = ConfigurationReader(environment: environment)
        let configuration = Self(reading: &reader, commandLine: commandLine, executable: executable)
        guard reader.problems.isEmpty, let configuration else {
            throw ConfigurationProblems(problems: reader.problems)
        }
        return (configuration, reader.warnings)
    }
}
