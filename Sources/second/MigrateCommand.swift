import ArgumentParser
import Assembly
import Foundation

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Copies everything from a data folder to MongoDB, or back, and proves that both hold the same.",
        discussion: """
            Stop every Second that uses either side first. A copy that was broken off goes on where it stopped when it is \
            run again.
            """
    )

    private static let place: ArgumentHelp = """
        A data folder, or "mongodb" for the database of MONGODB_URI. An address is taken too, but then its password can be \
        seen in the list of processes.
        """

    @Option(help: place)
    var from: String

    @Option(help: place)
    var to: String

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        do {
            let lines = try await Migration.run(
                from: try StorePlace(self.from, environment: environment),
                to: try StorePlace(self.to, environment: environment),
                logger: Startup.logger(level: "warning"),
                tell: Terminal.line
            )
            for line in lines { Terminal.line(line) }
            Terminal.line("Both sides hold the same.")
        } catch {
            Terminal.problem("second: \(error)")
            throw ExitCode.failure
        }
    }
}
