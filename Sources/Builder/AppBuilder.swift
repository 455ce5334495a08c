import Domain
package import Foundation
package import Logging

/// Builds the apps of one worker: `done_building` behind its tool (spec 03 §4.4, §22.1, §22.31).
///
/// An app that needs nothing but the toolchain is built from a private copy of its sources by bundler, style compiler
/// and type checker at the same time; none of them runs code of the app. An app that declares further packages is
/// built by npm and its own scripts, where the operator allows it. Either way the workspace's `dist` changes only
/// when everything succeeded, and a failure is a text that tells the model what to mend.
package actor AppBuilder {
    private let toolchain: Toolchain
    private let folders: BuildFolders
    private let packages: PackageAccess?
    private let process: ToolProcess
    private let typeChecker: TypeChecker
    private let logger: Logger
    private let styles = StyleCache()
    private let turns: Turns
    private var building: Set<String> = []
    /// What a model must know of the toolchain before it writes, as a section of its system prompt.
    package nonisolated let briefing: String?

    /// `scratch` is a private folder of the worker, best on the same volume as the workspaces.
    ///
    /// Without `packages` apps cannot use npm. `wrap` puts each program into a sandbox; there is no default, since
    /// programs of a build read what a model wrote, and run it when there are packages.
    package init(
        toolchain: Toolchain,
        scratch: URL,
        packages: PackageAccess? = nil,
        wrap: @escaping CommandWrapper,
        limits: BuildLimits = BuildLimits(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.toolchain = toolchain
        self.folders = BuildFolders(root: scratch)
        self.packages = packages
        self.process = ToolProcess(wrap: wrap, memoryLimit: limits.memory, clock: clock)
        self.turns = Turns(atOnce: limits.atOnce)
        self.logger = logger
        self.briefing = LanguageVersion(compiler: toolchain.typeCheckProgram)?.briefing
        self.typeChecker = TypeChecker(
            toolchain: toolchain,
            home: scratch.appending(path: "checker").path(percentEncoded: false),
            wrap: wrap,
            clock: clock,
            logger: logger
        )
    }

    /// Builds the app in `workspace`; `app` names it among the apps of this worker.
    ///
    /// Throws when cancelled, and what the system says when the disk fails; in both cases `dist` stays as it was.
    package func build(
        workspace: URL,
        app: String,
        summary: String,
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws -> BuildOutcome {
        guard self.building.insert(app).inserted else {
            return .failed(FailedBuild(problems: [BuildProblem(.checks, "A build of this app is already under way.")]))
        }
        defer { self.building.remove(app) }
        let reporter = BuildReporter(report: progress)
        do {
            let waits: @Sendable () -> Void = { progress(BuildProgress(step: .wait, state: .started)) }
            let snapshot = try await self.turns.run(waits: waits) {
                try await self.builtSnapshot(of: workspace, app: app, reporter: reporter)
            }
            return .complete(CompletedBuild(summary: summary, snapshot: snapshot))
        } catch let failure as BuildProblems {
            return .failed(FailedBuild(problems: failure.problems))
        }
    }

    /// Gets ready while the model still thinks, so that the first build is a quick one.
    package func warmUp() async {
        do {
            try await self.folders.prepareRoot()
            await self.typeChecker.warmUp()
        } catch {
            self.logger.warning("The builder's folder cannot be made", metadata: ["error": "\(error)"])
        }
    }

    /// Frees what is kept about an app: its scratch folder and the type checker's knowledge.
    package func forget(app: String) async throws {
        await self.typeChecker.forget(app: app)
        try await self.folders.remove(app: app)
    }

    /// Ends the long-lived programs and waits for them.
    package func stop() async {
        await self.typeChecker.stop()
    }

    private func builtSnapshot(of workspace: URL, app: String, reporter: BuildReporter) async throws -> AppSnapshot {
        let (sources, manifest) = try await reporter.step(.check) {
            let sources = try await BuildChecks.sources(of: workspace)
            return (sources, try BuildChecks.manifest(of: sources))
        }
        let folders = try await self.folders.open(app: app)
        if manifest.unprovided.isEmpty {
            let build = EmbeddedBuild(
                toolchain: self.toolchain,
                process: self.process,
                typeChecker: self.typeChecker,
                styles: self.styles,
                folders: folders
            )
            return try await build.run(sources, app: app, workspace: workspace, reporter: reporter)
        }
        guard let packages else {
            throw BuildProblems([PackageManifest.refusal(of: manifest.unprovided)])
        }
        let build = PackageBuild(packages: packages, process: self.process, folders: folders)
        return try await build.run(manifest, workspace: workspace, reporter: reporter)
    }
}
