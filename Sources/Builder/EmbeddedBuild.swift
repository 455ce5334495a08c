import Domain
import Foundation

/// One build with the toolchain alone: bundle, styles and types at the same time, then `dist` in one step.
struct EmbeddedBuild: Sendable {
    let toolchain: Toolchain
    let process: ToolProcess
    let typeChecker: TypeChecker
    let styles: StyleCache
    let folders: BuildFolders.OfApp

    func run(
        _ sources: AppSnapshot,
        app: String,
        workspace: URL,
        reporter: BuildReporter
    ) async throws -> AppSnapshot {
        let stage = self.folders.stage
        // What an app wrote may be long in the reading, and no limit of a program holds here.
        let (entry, stylesheets, check) = try await BlockingWork.run { isCancelled in
            let paths = Set(sources.files.map(\.path.rawValue))
            let entry = EntryDocument(sources.file(at: EntryDocument.path)?.bytes ?? Data()) { paths.contains($0) }
            guard entry.problems.isEmpty else { throw BuildProblems(entry.problems) }
            let stylesheets = try StyleStep.stylesheets(
                of: sources,
                linked: entry.stylesheets,
                isCancelled: isCancelled
            )
            let check = try StylesheetCheck(stylesheets, of: sources, isCancelled: isCancelled)
            try BuildFolders.write(check.staged(sources.files), to: stage)
            return (entry, stylesheets, check)
        }

        async let bundleResult = self.bundle(reporter)
        async let stylesResult = self.compileStyles(stylesheets, check.problems, of: sources, reporter)
        async let typesResult = self.checkTypes(of: sources, app: app, reporter)
        let results = try await (types: typesResult, bundle: bundleResult, styles: stylesResult)

        var problems = results.types
        if case .failure(let failure) = results.bundle { problems += failure.problems }
        if case .failure(let failure) = results.styles { problems += failure.problems }
        guard problems.isEmpty, case .success(let bundle) = results.bundle, case .success(let styles) = results.styles
        else { throw BuildProblems(problems) }

        return try await reporter.step(.save) {
            let dist = try self.dist(of: sources, entry: entry, bundle: bundle, styles: styles)
            let snapshot: AppSnapshot
            do throws(SnapshotRefusal) {
                snapshot = try AppSnapshot(files: sources.files + dist)
            } catch {
                throw BuildChecks.problems(of: error)
            }
            try await DistFolder(workspace: workspace, folders: self.folders)
                .replace(with: dist.compactMap { $0.moved(from: "dist/", to: "") })
            return snapshot
        }
    }

    // MARK: The three at once

    private func bundle(_ reporter: BuildReporter) async throws -> Result<BundleStep.Output, BuildProblems> {
        let step = BundleStep(toolchain: self.toolchain, process: self.process, folders: self.folders)
        return try await self.guarded(.bundle, .bundle, "The bundler", reporter) {
            try await step.run()
        }
    }

    private func compileStyles(
        _ paths: [String],
        _ refusals: [BuildProblem],
        of sources: AppSnapshot,
        _ reporter: BuildReporter
    ) async throws -> Result<StyleStep.Output?, BuildProblems> {
        try await self.guarded(.styles, .styles, "The style compiler", reporter) {
            guard refusals.isEmpty else { return .failure(BuildProblems(refusals)) }
            guard !paths.isEmpty, let key = sources.hash else { return .success(nil) }
            if let known = self.styles[key] { return .success(known) }
            let step = StyleStep(toolchain: self.toolchain, process: self.process, folders: self.folders)
            let result = try await step.run(paths, of: sources)
            if case .success(let output) = result { self.styles.keep(output, for: key) }
            return result.map { $0 }
        }
    }

    private func checkTypes(
        of sources: AppSnapshot,
        app: String,
        _ reporter: BuildReporter
    ) async throws -> [BuildProblem] {
        let result: Result<Void, BuildProblems> = try await self.guarded(.types, .types, "The type checker", reporter) {
            let problems = try await self.typeChecker.check(app: app, files: sources.files)
            return problems.isEmpty ? .success(()) : .failure(BuildProblems(problems))
        }
        if case .failure(let failure) = result { return failure.problems }
        return []
    }

    /// Reports the step, and makes a problem of a program that takes too long, says too much or does not start.
    private func guarded<Value: Sendable>(
        _ step: BuildProgress.Step,
        _ area: BuildProblem.Area,
        _ name: String,
        _ reporter: BuildReporter,
        _ work: @Sendable () async throws -> Result<Value, BuildProblems>
    ) async throws -> Result<Value, BuildProblems> {
        do {
            return .success(try await reporter.step(step) { try await work().get() })
        } catch let failure as BuildProblems {
            return .failure(failure)
        } catch let failure as ToolProcess.Failure {
            return .failure(BuildProblems([failure.problem(area, of: name)]))
        } catch let failure as TypeChecker.Failure {
            return .failure(BuildProblems([failure.problem]))
        } catch let refusal as SnapshotRefusal {
            return .failure(BuildChecks.problems(of: refusal))
        }
    }

    // MARK: The result

    /// `dist/**`: the rewritten page, script and stylesheet under content-hashed names, assets, and `public/`.
    private func dist(
        of sources: AppSnapshot,
        entry: EntryDocument,
        bundle: BundleStep.Output,
        styles: StyleStep.Output?
    ) throws -> [SourceFile] {
        let script = "assets/main-\(ContentHash(of: bundle.script).rawValue.prefix(10)).js"
        let stylesheet = styles.map { "assets/main-\(ContentHash(of: $0.stylesheet).rawValue.prefix(10)).css" }

        var files: [String: Data] = [:]
        for file in sources.files where file.path.rawValue.hasPrefix("public/") {
            files[String(file.path.rawValue.dropFirst("public/".count))] = file.bytes
        }
        for asset in bundle.assets + (styles?.assets ?? []) { files[asset.path.rawValue] = asset.bytes }
        files[script] = bundle.script
        if let stylesheet, let styles { files[stylesheet] = styles.stylesheet }
        files["index.html"] = entry.built(script: script, stylesheet: stylesheet)

        return try files.map { name, bytes in
            guard let path = SourcePath("dist/" + name) else {
                throw BuildProblems([BuildProblem(.checks, "The name \(name.visible) is too long.")])
            }
            return SourceFile(path: path, bytes: bytes)
        }
    }
}

extension ToolProcess.Failure {
    func problem(_ area: BuildProblem.Area, of name: String) -> BuildProblem {
        switch self {
        case .tookTooLong(let limit):
            BuildProblem(area, "\(name) took longer than \(limit.components.seconds) seconds and was stopped.")
        case .saidTooMuch:
            BuildProblem(area, "\(name) printed more than 10 MiB and was stopped.")
        case .didNotStart:
            BuildProblem(area, "\(name) could not be started; the operator can run `second doctor`.")
        case .refused(let reason):
            BuildProblem(area, "\(name) may not be started here; the operator can run `second doctor`. \(reason)")
        }
    }
}

extension TypeChecker.Failure {
    var problem: BuildProblem {
        switch self {
        case .tookTooLong(let limit):
            BuildProblem(
                .types,
                "The type check took longer than \(limit.components.seconds) seconds; simplify the types."
            )
        case .unavailable:
            BuildProblem(.types, "The type checker could not be run; the operator can run `second doctor`.")
        }
    }
}
