import ArgumentParser
import Assembly

@main
struct Second: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "second",
        abstract: "A governed workspace in which coding agents build a team's internal apps.",
        version: Version.current,
        subcommands: [
            UpCommand.self, WebCommand.self, MigrateCommand.self, WorkerCommand.self, DoctorCommand.self,
            VersionCommand.self,
        ]
    )
}
