import ArgumentParser
import Assembly
import Foundation
import Logging

/// What every command does first: read the configuration, say all that is wrong with it, start logging.
enum Startup {
    static func configuration(
        host: String? = nil,
        port: Int? = nil,
        isDemo: Bool = false
    ) throws -> (configuration: ServerConfiguration, warnings: [String]) {
        try self.loading("Second") {
            try ServerConfiguration.load(
                environment: ProcessInfo.processInfo.environment,
                commandLine: .init(host: host, port: port, isDemo: isDemo)
            )
        }
    }

    /// Says all that is wrong with a configuration, and leaves with its exit code.
    static func loading<Configuration>(_ process: String, _ load: () throws -> Configuration) throws -> Configuration {
        do {
            return try load()
        } catch let problems as ConfigurationProblems {
            Terminal.problem("\(process) cannot start with this configuration:\n\(problems)")
            throw ExitCode(ConfigurationProblems.exitCode)
        }
    }

    static func logger(_ configuration: ServerConfiguration) -> Logger {
        self.logger(level: configuration.logLevel)
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
