import ArgumentParser
import Assembly
import Foundation
import Logging

/// What every command does first: read the configuration, say all that is wrong with it, start logging.
enum Startup {
    /// The configuration of a process, which the text names; what is only odd about it is warned about.
    ///
    /// - Throws: the exit code of a configuration that is wrong, after saying all that is wrong with it.
    static func configuration<Configuration: ProcessConfiguration>(
        of process: String,
        _ commandLine: Configuration.CommandLine
    ) throws -> Configuration {
        do {
            let (configuration, warnings) = try Configuration.load(
                environment: ProcessInfo.processInfo.environment,
                commandLine: commandLine
            )
            for warning in warnings { Terminal.problem("warning: \(warning)") }
            return configuration
        } catch {
            Terminal.problem("\(process) cannot start with this configuration:\n\(error)")
            throw ExitCode(ConfigurationProblems.exitCode)
        }
    }

    /// Runs a process, which the text names, on its configuration, or only says what that is.
    ///
    /// - Throws: the exit code, after saying what went wrong.
    static func run<Configuration: ProcessConfiguration>(
        _ process: String,
        _ commandLine: Configuration.CommandLine,
        checksOnly: Bool,
        _ start: (Configuration, Logger) async throws -> Void
    ) async throws {
        let configuration: Configuration = try self.configuration(of: process, commandLine)
        if checksOnly {
            Terminal.line(configuration.summary)
            return
        }
        do {
            try await start(configuration, self.logger(level: configuration.logLevel))
        } catch {
            Terminal.problem("second: \(error)")
            throw ExitCode.failure
        }
    }

    static func logger(level: String) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        LoggingSystem.bootstrap(
            { label, provider in LineLogHandler(label: label, level: level, metadataProvider: provider) },
            metadataProvider: .traces
        )
        return Logger(label: "second")
    }
}
