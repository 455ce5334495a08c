import ArgumentParser
import Assembly
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this machine has and lacks, with the command that mends it."
    )

    func run() async throws {
        let (configuration, warnings) = try Startup.configuration()
        for warning in warnings { Terminal.problem("warning: \(warning)") }
        let findings = await Doctor(
            configuration: configuration,
            environment: ProcessInfo.processInfo.environment
        ).examine()
        for finding in findings {
            Terminal.line("\(finding.mark) \(finding.part): \(finding.text)")
            if let remedy = finding.remedy { Terminal.line("    mend it with: \(remedy)") }
        }
        if findings.contains(where: { $0.state == .missing }) { throw ExitCode.failure }
    }
}
