import ArgumentParser
import Assembly
import Foundation
import Logging

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Runs coding agents for web processes that hold the same INTERNAL_API_TOKEN."
    )

    @Option(help: "The port to listen on; without it PORT, or 3001.")
    var port: Int?

    @Option(help: "The address to listen on; keep it on a private network. Without it WORKER_HOST.")
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
            "The worker",
            WorkerConfiguration.CommandLine(host: self.host, port: self.port, isDemo: self.demo),
            checksOnly: self.checkConfig
        ) { (configuration: WorkerConfiguration, logger) in
            try await WorkerServer.start(configuration, logger: logger) { url, isDemo in
                Terminal.line("The worker is ready: \(url)")
                if isDemo {
                    Terminal.line("A recorded model answers: it builds a lead tracker whatever you ask for.")
                }
            }
        }
    }
}
