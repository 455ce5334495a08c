import ArgumentParser
import Assembly
import Foundation

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Starts Second on this machine: everything in one process, one data folder."
    )

    @Option(help: "The port to listen on; without it 3000 or the next free one.")
    var port: Int?

    @Option(help: "The address to listen on. Anything but loopback lets others in: sign-in is not real in local mode.")
    var host: String?

    @Flag(help: "Answer with a recorded model instead of a real one.")
    var demo = false

    @Flag(help: "Check the configuration, print it without secrets, and leave.")
    var checkConfig = false

    func validate() throws {
        if let port, !(1...65_535).contains(port) { throw ValidationError("A port is a number from 1 to 65535.") }
    }

    func run() async throws {
        try await Startup.run(
            "Second",
            ServerConfiguration.CommandLine(host: self.host, port: self.port, isDemo: self.demo),
            checksOnly: self.checkConfig
        ) { (configuration: ServerConfiguration, logger) in
            try await EmbeddedServer(configuration: configuration, logger: logger).run { url, isDemo in
                Terminal.line("Second is ready: \(url)")
                guard isDemo else { return }
                Terminal.line("A recorded model answers: it builds a lead tracker whatever you ask for.")
                if !configuration.isDemo {
                    Terminal.line("Set ANTHROPIC_API_KEY, or log in to Claude Code, and start again for a real one.")
                }
            }
        }
    }
}
