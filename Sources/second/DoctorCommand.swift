import ArgumentParser
import Assembly
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this machine, and the servers that it is told of, have and lack, with what mends it."
    )

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var findings: [Doctor.Finding] = []
        if SharedDoctor.isWanted(environment) {
            // What the parts log of their failures is what is found.
            let logger = Startup.logger(level: "critical")
            findings = await SharedDoctor(environment: environment, logger: logger).examine()
        }
        if !SharedDoctor.isWeb(environment) { findings += try await self.machine(environment) }
        for finding in findings {
            Terminal.line("\(finding.mark) \(finding.part): \(finding.text)")
            if let remedy = finding.remedy { Terminal.line("    mend it with: \(remedy)") }
        }
        if findings.contains(where: \.isFatal) { throw ExitCode.failure }
    }

    /// What runs agents needs things of its own.
    private func machine(_ environment: [String: String]) async throws -> [Doctor.Finding] {
        let configuration: ServerConfiguration = try Startup.configuration(of: "Second", .init())
        return await Doctor(configuration: configuration, environment: environment).examine { step in
            Terminal.problem(step)
        }
    }
}
