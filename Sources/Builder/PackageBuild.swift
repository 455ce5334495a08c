import Domain
import Foundation

/// One build with npm and the app's own scripts, for apps that declare packages the toolchain lacks (spec 03 §4.3,
/// §4.4, §22.1): no install script runs, nothing of the platform is in the environment, home and cache are private.
struct PackageBuild: Sendable {
    private static let shownOutput = 8000

    let packages: PackageAccess
    let process: ToolProcess
    let folders: BuildFolders.OfApp

    func run(_ manifest: PackageManifest, workspace: URL, reporter: BuildReporter) async throws -> AppSnapshot {
        guard manifest.scripts["build"] != nil else {
            throw BuildProblems([
                BuildProblem(
                    .checks,
                    "package.json has no build script; add one that writes dist/.",
                    file: "package.json"
                )
            ])
        }
        try await PackageSources(workspace: workspace).check(manifest)
        try await NodeTypes(workspace: workspace).add(to: manifest)
        let installation = PackageInstallation(
            workspace: workspace,
            packages: (manifest.dependencies.keys + [NodeTypes.package]).sorted()
        )
        if try await installation.isNeeded() {
            try await reporter.step(.install) { try await self.install(installation, in: workspace) }
        }
        async let build = self.script("build", .bundle, .bundle, in: workspace, reporter)
        async let types =
            manifest.scripts["typecheck"] == nil
            ? [] : self.script("typecheck", .types, .types, in: workspace, reporter)
        let problems = try await types + build
        guard problems.isEmpty else { throw BuildProblems(problems) }

        return try await reporter.step(.save) {
            let snapshot = try await BuildChecks.snapshot(of: workspace)
            guard snapshot.file(at: "dist/index.html") != nil else {
                throw BuildProblems([BuildProblem(.checks, "The build script ran, but there is no dist/index.html.")])
            }
            return snapshot
        }
    }

    private func install(_ installation: PackageInstallation, in workspace: URL) async throws {
        let arguments = [
            "install", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline",
            "--loglevel=error",
        ]
        try await PackageSources(workspace: workspace).checkAgain()
        do {
            let outcome = try await self.process.run(
                self.command(arguments, in: workspace, needsNetwork: true),
                timeLimit: self.packages.installTimeLimit
            )
            guard !outcome.succeeded else { return }
            throw BuildProblems([BuildProblem(.install, "npm install failed:\n" + Self.tail(of: outcome))])
        } catch {
            // Half an installation would pass for a whole one the next time.
            try await installation.discard()
            if let failure = error as? ToolProcess.Failure {
                throw BuildProblems([failure.problem(.install, of: "npm install")])
            }
            throw error
        }
    }

    private func script(
        _ name: String,
        _ area: BuildProblem.Area,
        _ step: BuildProgress.Step,
        in workspace: URL,
        _ reporter: BuildReporter
    ) async throws -> [BuildProblem] {
        do {
            try await reporter.step(step) {
                let outcome = try await self.process.run(
                    self.command(["run", "--silent", name], in: workspace, needsNetwork: false),
                    timeLimit: self.packages.scriptTimeLimit
                )
                guard !outcome.succeeded else { return }
                throw BuildProblems([BuildProblem(area, "npm run \(name) failed:\n" + Self.tail(of: outcome))])
            }
            return []
        } catch let failure as BuildProblems {
            return failure.problems
        } catch let failure as ToolProcess.Failure {
            return [failure.problem(area, of: "npm run \(name)")]
        }
    }

    private func command(_ arguments: [String], in workspace: URL, needsNetwork: Bool) -> ToolCommand {
        let home = self.folders.home.path(percentEncoded: false).trimmingSlash()
        let cache = self.folders.packageCache.path(percentEncoded: false).trimmingSlash()
        let folder = workspace.path(percentEncoded: false).trimmingSlash()
        var environment = ToolEnvironment.make(home: home)
        let programs = URL(filePath: self.packages.npm).deletingLastPathComponent().path(percentEncoded: false)
        environment["PATH"] = [programs.trimmingSlash(), environment["PATH"] ?? ""].joined(separator: ":")
        environment["CI"] = "1"
        environment["npm_config_cache"] = cache
        environment["npm_config_userconfig"] = home + "/npmrc"
        environment["npm_config_globalconfig"] = home + "/npmrc-global"
        environment["npm_config_update_notifier"] = "false"
        environment["npm_config_registry"] = self.packages.registry?.absoluteString
        // Where packages come from is the operator's choice, whatever a lock file says; and no source repositories.
        environment["npm_config_replace_registry_host"] = "always"
        environment["npm_config_git"] = "/bin/false"
        environment["npm_config_script_shell"] = "/bin/sh"
        return ToolCommand(
            executable: self.packages.program,
            arguments: arguments,
            environment: environment,
            workingDirectory: folder,
            readableFolders: self.packages.readableFolders,
            writableFolders: [folder, home, cache],
            needsNetwork: needsNetwork
        )
    }

    /// The end of what it printed, where the reason stands.
    private static func tail(of outcome: ToolProcess.Outcome) -> String {
        let text = String(decoding: outcome.output + outcome.errorOutput, as: UTF8.self)
            .replacing(#/\x1B\[[0-9;]*m/#, with: "").trimmingWhitespace()
        guard text.count > self.shownOutput else { return text.isEmpty ? "It printed nothing." : text }
        return "…" + text.suffix(self.shownOutput)
    }
}
