import ArgumentParser
import Assembly
import Foundation

struct WebCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web",
        abstract: "Serves pages and API over a shared database, bus and workers; run as many as you like."
    )

    @Option(help: "The port to listen on; without it PORT, or 3000.")
    var port: Int?

    @Option(help: "The address to listen on; without it HOSTNAME if that is an address, or 127.0.0.1.")
    var host: String?

    @Flag(help: "Check the configuration, print it without secrets, and leave.")
    var checkConfig = false

    func validate() throws {
        if let port, !(1...65_535).contains(port) { throw ValidationError("A port is a number from 1 to 65535.") }
    }

    func run() async throws {
        try await Startup.run(
            "The web",
            WebConfiguration.CommandLine(host: self.host, port: self.port),
            checksOnly: self.checkConfig
        ) { (configuration: WebConfiguration, logger) in
            try await WebServer.start(configuration, logger: logger) { url in
                Terminal.line("The web is ready: \(url)")
            }
        }
    }
}
