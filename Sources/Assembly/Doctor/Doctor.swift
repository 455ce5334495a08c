import Application
import Builder
import Domain
import Foundation
import Logging
import Runtimes
import SQLiteDocuments

/// Looks at everything that `second up` needs and says what is missing.
package struct Doctor: Sendable {
    package struct Finding: Sendable, Equatable {
        package enum State: Sendable {
            case fine
            /// It works, with something less.
            case limited
            case missing
            /// It is there and does not do what it should.
            case broken
        }

        package var state: State
        package var part: String
        package var text: String
        /// The command that mends it.
        package var remedy: String?

        package var mark: String {
            switch self.state {
            case .fine: "ok     "
            case .limited: "limited"
            case .missing: "missing"
            case .broken: "broken "
            }
        }

        /// Without it nothing works.
        package var isFatal: Bool { self.state == .missing || self.state == .broken }
    }

    let configuration: ServerConfiguration
    let environment: [String: String]

    package init(configuration: ServerConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    /// `progress` is told what takes longer than a moment.
    package func examine(progress: (String) -> Void = { _ in }) async -> [Finding] {
        [self.dataFolder, self.store] + self.toolchain + (await self.runtimes(progress))
    }

    private var dataFolder: Finding {
        do {
            _ = try self.configuration.dataFolder.open()
            return Finding(state: .fine, part: "data folder", text: self.configuration.dataFolder.root.path)
        } catch DataFolder.Unusable.inUse {
            return Finding(state: .fine, part: "data folder", text: "in use by a running Second")
        } catch {
            return Finding(
                state: .missing,
                part: "data folder",
                text: "\(error)",
                remedy: "set SECOND_DATA_DIR to a folder of yours"
            )
        }
    }

    private var store: Finding {
        do {
            _ = try SQLiteDocumentStore(file: self.configuration.dataFolder.database)
            return Finding(
                state: .fine,
                part: "store",
                text: "SQLite, \(self.configuration.dataFolder.database.lastPathComponent)"
            )
        } catch {
            return Finding(
                state: .missing,
                part: "store",
                text: "the database cannot be opened",
                remedy: "check the disk and the file's owner"
            )
        }
    }

    private var toolchain: [Finding] {
        switch Toolchain.locate(in: self.configuration.toolchainFolder) {
        case .ready(let toolchain, let remarks):
            [self.visibility(of: toolchain)]
                + remarks.map { Finding(state: .limited, part: $0.part, text: "not there", remedy: $0.remedy) }
        case .incomplete(let missing):
            missing.map { Finding(state: .missing, part: $0.part, text: "not there", remedy: $0.remedy) }
        }
    }

    /// Whether builds can be shown the toolchain without being shown what the platform keeps.
    private func visibility(of toolchain: Toolchain) -> Finding {
        do {
            try BuildSandbox.check(
                toolchain.readableFolders,
                dataFolder: self.configuration.dataFolder.root.path(percentEncoded: false)
            )
            return Finding(state: .fine, part: "app toolchain", text: self.configuration.toolchainFolder.path)
        } catch {
            return Finding(
                state: .broken,
                part: "app toolchain",
                text: "no build can start in the sandbox: \(error)",
                remedy: "set SECOND_TOOLCHAIN_DIR or SECOND_DATA_DIR to a folder beside the other"
            )
        }
    }

    private func runtimes(_ progress: (String) -> Void) async -> [Finding] {
        let found: RuntimeSet
        do {
            found = try await RuntimeSet.make(
                settings: self.configuration.workerSettings,
                environment: self.environment,
                demoURL: nil,
                logger: Logger(label: "second.doctor")
            )
        } catch {
            return [
                Finding(
                    state: .missing,
                    part: "sandbox",
                    text: "\(error)",
                    remedy: "sudo apt-get install bubblewrap"
                )
            ]
        }
        return [Self.sandbox(found.sandbox), await self.claude(found)] + (await self.selfTests(found, progress))
    }

    private static func sandbox(_ finding: SandboxProbe.Finding) -> Finding {
        switch finding {
        case .usable:
            Finding(state: .fine, part: "sandbox", text: "agents and builds run inside bubblewrap")
        case .unusable(let reason):
            Finding(
                state: .limited,
                part: "sandbox",
                text:
                    "agents and builds run without it, so that their programs can do what you can, and production "
                    + "refuses to start: " + reason,
                remedy: "sudo apt-get install bubblewrap socat"
            )
        }
    }

    private func claude(_ runtimes: RuntimeSet) async -> Finding {
        let detection = await runtimes.detect().runtimes[RuntimeID.claudeCode.rawValue]
        guard let detection, detection.available else {
            return Finding(
                state: .missing,
                part: "Claude Code",
                text: detection?.error ?? "not found",
                remedy: "scripts/toolchain/install \(self.configuration.toolchainFolder.path)"
            )
        }
        let version = detection.version ?? "version unknown"
        guard RuntimeSet.hasCredentials(self.configuration.workerSettings, environment: self.environment) else {
            return Finding(
                state: .limited,
                part: "Claude Code",
                text: self.configuration.isProduction
                    ? "\(version), without credentials: no turn can run"
                    : "\(version), without credentials: the recorded demo model answers",
                remedy: self.configuration.isProduction
                    ? "set ANTHROPIC_API_KEY" : "set ANTHROPIC_API_KEY, or log in with claude"
            )
        }
        guard RuntimeSet.usesLogin(self.configuration.workerSettings, environment: self.environment) else {
            return Finding(state: .fine, part: "Claude Code", text: "\(version), with ANTHROPIC_API_KEY")
        }
        return Finding(
            state: .limited,
            part: "Claude Code",
            text: "\(version), with the login of the person at this machine, which the agents' shells can read",
            remedy: "set ANTHROPIC_API_KEY"
        )
    }
}
