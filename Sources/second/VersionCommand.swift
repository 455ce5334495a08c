import ArgumentParser
import Assembly

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() {
        Terminal.line("second \(Version.current)")
    }
}
