import Domain
import Foundation
import Testing

@testable import Assembly

/// The table of `docs/operations.md` and what the processes read are the same, both ways (spec 05 B44).
@Suite struct DocumentedVariablesTests {
    private struct Row {
        var variables: [String]
        var isSecret: Bool
        var readers: Set<String>
    }

    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "../..").standardized

    private static func page() throws -> String {
        try String(contentsOf: Self.repository.appending(path: "docs/operations.md"), encoding: .utf8)
    }

    private static func names(in text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            .filter { name in name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 } }
    }

    /// The rows between the head of the table of variables and the next empty line.
    private static func table() throws -> [Row] {
        let lines = try Self.page().split(separator: "\n", omittingEmptySubsequences: false)
        let head = try #require(lines.firstIndex { $0.hasPrefix("| variable |") })
        return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            let readers = cells[cells.count - 2]
            return Row(
                variables: Self.names(in: cells[1]),
                isSecret: cells[2] == "s",
                readers: readers == "all"
                    ? ["up", "web", "worker"]
                    : Set(readers.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
            )
        }
    }

    /// What each process asks for in an environment that is right.
    private static func read(by process: String) throws -> Set<String> {
        var environment = ["SECOND_RESOURCES_DIR": Self.repository.path]
        if process == "web" {
            environment["SECOND_AUTH_MODE"] = "none"
            environment["MONGODB_URI"] = "mongodb://localhost/second"
            environment["SECOND_PUBLIC_URL"] = "http://localhost:3000"
        }
        var reader = ConfigurationReader(environment: environment)
        func isRead<Configuration: ProcessConfiguration>(
            _: Configuration.Type,
            _ commandLine: Configuration.CommandLine
        ) -> Bool {
            Configuration(reading: &reader, commandLine: commandLine, executable: "/nowhere/second") != nil
        }
        let isRead =
            switch process {
            case "up": isRead(ServerConfiguration.self, .init())
            case "web": isRead(WebConfiguration.self, .init())
            default: isRead(WorkerConfiguration.self, .init())
            }
        #expect(isRead && reader.problems.isEmpty)
        return reader.known
    }

    @Test(arguments: ["up", "web", "worker"])
    func theTableListsWhatAProcessReads(_ process: String) throws {
        let rows = try Self.table().filter { $0.readers.contains(process) }
        var documented = Set(rows.flatMap(\.variables))
        documented.formUnion(rows.filter(\.isSecret).flatMap(\.variables).map { $0 + "_FILE" })
        let read = try Self.read(by: process)
        #expect(read.subtracting(documented) == [], "read by \(process) and in no row for it")
        #expect(documented.subtracting(read) == [], "in a row for \(process), which does not read it")
    }

    /// One environment file may serve all processes, so each knows the others' variables.
    @Test func everyVariableOfOursIsKnownToAllProcesses() throws {
        let rows = try Self.table()
        #expect(rows.count > 25 && rows.allSatisfy { !$0.variables.isEmpty && !$0.readers.isEmpty })
        let secrets = Set(rows.filter(\.isSecret).flatMap(\.variables))
        #expect(secrets == Set(KnownVariables.secrets))
        let documented = Set(rows.flatMap(\.variables)).union(secrets.map { $0 + "_FILE" })
        for variable in documented where variable.hasPrefix("SECOND_") {
            #expect(KnownVariables.ofOtherProcesses.contains(variable), "\(variable) would be called unknown")
        }
        // Those of tests are known, so that a desk's environment gives no warnings, and are no operator's business.
        let forTests: Set<String> = ["SECOND_BINARY", "SECOND_TEST_PYTHON"]
        #expect(KnownVariables.ofOtherProcesses.subtracting(documented) == forTests)
        #expect(KnownVariables.unused.isDisjoint(with: documented))
    }

    /// Every variable that the self-hosting guide names.
    private static let guide = [
        "ANTHROPIC_API_KEY", "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", "CODEX_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY",
        "INTERNAL_API_TOKEN", "MONGODB_URI", "NEXT_PUBLIC_SENTRY_DSN", "NODE_ENV", "OPENAI_API_KEY", "PORT",
        "REDIS_URL", "SECOND_ALLOW_CODEX_LOCAL_AUTH", "SECOND_AUTH_MODE", "SECOND_CLAUDE_PATH",
        "SECOND_CODEX_APP_SERVER_WARM", "SECOND_CODEX_PATH", "SECOND_DEV_PORTLESS",
        "SECOND_ERROR_REPORTING_DISABLED", "SECOND_NO_AUTH_SESSION_SECRET", "SECOND_OPENCODE_PATH",
        "SECOND_PERF_TRACE", "SECOND_POSTHOG_DISABLED", "SECOND_POSTHOG_HOST", "SECOND_POSTHOG_TOKEN",
        "SECOND_PUBLIC_URL", "SECOND_SENTRY_DISABLED", "SECOND_SENTRY_DSN", "SECOND_TELEMETRY_DISABLED",
        "SECOND_TOKEN_ENCRYPTION_KEY", "SECOND_WEB_IMAGE", "SENTRY_AUTH_TOKEN", "TOOL_EXECUTE_URL", "WORKER_URL",
        "WORKOS_API_KEY",
    ]

    /// A variable of the guide does something, or says that it does not, and the page says which.
    @Test(arguments: Self.guide)
    func nothingOfTheGuideIsPassedOverInSilence(_ variable: String) throws {
        let isDocumented = try Self.table().contains { $0.variables.contains(variable) }
        #expect(isDocumented != KnownVariables.unused.contains(variable), "\(variable)")
        #expect(Set(Self.names(in: try Self.page())).contains(variable), "\(variable) is not in docs/operations.md")
    }
}
