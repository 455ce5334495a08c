import Domain
import Foundation

/// Compiles an app's styles with Tailwind's own program.
struct StyleStep: Sendable {
    struct Output: Sendable, Equatable {
        let stylesheet: Data
        /// Files that the styles refer to, beside the stylesheet: `assets/font-A1B2C3D4.woff2`.
        let assets: [SourceFile]
    }

    static let timeLimit: Duration = .seconds(30)
    private static let entry = "src/.second-styles.css"
    private static let compiled = "src/.second-compiled.css"
    /// Stands for the root while the bundler is at work, which leaves addresses alone.
    private static let rootMark = "https://root.invalid/"

    let toolchain: Toolchain
    let process: ToolProcess
    let folders: BuildFolders.OfApp

    /// The stylesheets in the order in which they apply: those of `index.html`, of the entry script, then all others
    /// that a script imports, by path.
    ///
    /// Throws when it is cancelled.
    static func stylesheets(
        of sources: AppSnapshot,
        linked: [String],
        isCancelled: () -> Bool = { false }
    ) throws -> [String] {
        let paths = Set(sources.files.map(\.path.rawValue))
        var known: Set<String> = []
        var found = linked.filter { known.insert($0).inserted }
        let scripts = sources.files.filter { file in
            [".ts", ".tsx", ".js", ".jsx", ".mjs"].contains { file.path.rawValue.hasSuffix($0) }
        }
        let ordered =
            scripts.filter { $0.path.rawValue == EntryDocument.script }
            + scripts.filter { $0.path.rawValue != EntryDocument.script }
        for script in ordered {
            if isCancelled() { throw CancellationError() }
            let text = String(decoding: script.bytes, as: UTF8.self)
            for match in text.matches(of: #/import\s+["'](?<path>[^"'\n]+\.css)["']/#) {
                guard let path = self.resolve(String(match.output.path), from: script.path.rawValue),
                    paths.contains(path), known.insert(path).inserted
                else { continue }
                found.append(path)
            }
        }
        return found
    }

    private static func resolve(_ reference: String, from script: String) -> String? {
        if reference.hasPrefix("@/") { return "src/" + reference.dropFirst(2) }
        if reference.hasPrefix("/") { return String(reference.dropFirst()) }
        return reference.hasPrefix(".") ? SourceReference.resolve(reference, from: script) : nil
    }

    private static let tooMuchMemory = BuildProblem(
        .styles,
        "The style compiler was ended: the styles need too much memory. Look for @source with many braces."
    )

    func run(_ stylesheets: [String], of sources: AppSnapshot) async throws -> Result<Output, BuildProblems> {
        let stage = self.folders.stage
        let folder = stage.path(percentEncoded: false).trimmingSlash()
        // The sources are named, so that no ignore file around the folder hides them.
        let entry =
            stylesheets.map { "@import \("../\($0)".jsonLiteral);\n" }.joined()
            + "@source \"../src/**/*.{ts,tsx,js,jsx,mjs,html,md}\";\n@source \"../index.html\";\n"
        try Data(entry.utf8).write(to: stage.appending(path: Self.entry))
        let outcome = try await self.process.run(
            self.command(self.toolchain.tailwind, ["-i", Self.entry, "-o", Self.compiled, "--minify"], in: folder),
            timeLimit: Self.timeLimit
        )
        guard outcome.succeeded else {
            if outcome.wasCutShort { return .failure(BuildProblems([Self.tooMuchMemory])) }
            let text = String(decoding: outcome.errorOutput + outcome.output, as: UTF8.self)
            return .failure(BuildProblems([TailwindMessage(text).problem(stage: folder, sources: sources)]))
        }
        let compiled = try Data(contentsOf: stage.appending(path: Self.compiled))
        guard compiled.range(of: Data("url(".utf8)) != nil else {
            return .success(Output(stylesheet: compiled, assets: []))
        }
        return try await self.bundle(compiled, stage: stage, folder: folder)
    }

    /// Gives the files behind `url(…)` their content-hashed names.
    ///
    /// What is written from the root is a file of
    /// `public/`; it is referred to from the stylesheet's own place, so that the app works below any path.
    private func bundle(
        _ compiled: Data,
        stage: URL,
        folder: String
    ) async throws -> Result<Output, BuildProblems> {
        let rooted = String(decoding: compiled, as: UTF8.self)
            .replacing(#/url\((?<quote>["']?)\/(?!\/)/#) { "url(\($0.output.quote)\(Self.rootMark)" }
        try Data(rooted.utf8).write(to: stage.appending(path: Self.compiled))
        let made = self.folders.made.appending(path: "styles")
        let arguments =
            [
                "styles=\(Self.compiled)", "--bundle", "--minify",
                "--outdir=\(made.path(percentEncoded: false))/assets", "--entry-names=[name]",
                "--asset-names=[name]-[hash]", "--log-level=error", "--color=false",
                "--legal-comments=inline", "--charset=utf8",
            ] + BundleStep.assetKinds.map { "--loader:.\($0)=file" }
        let outcome = try await self.process.run(
            self.command(self.toolchain.esbuild, arguments, in: folder),
            timeLimit: Self.timeLimit
        )
        guard outcome.succeeded else {
            let text = String(decoding: outcome.errorOutput, as: UTF8.self)
            return .failure(BuildProblems(EsbuildMessages.problems(in: text, area: .styles)))
        }
        let built = try await SnapshotCollector().collect(made)
        guard let stylesheet = built.file(at: "assets/styles.css") else {
            return .failure(BuildProblems([BuildProblem(.styles, "The styles were not written.")]))
        }
        let assets = built.files.filter { $0.path != stylesheet.path }
        let text = String(decoding: stylesheet.bytes, as: UTF8.self).replacing(Self.rootMark, with: "../")
        return .success(Output(stylesheet: Data(text.utf8), assets: assets))
    }

    private func command(_ program: String, _ arguments: [String], in folder: String) -> ToolCommand {
        ToolCommand(
            executable: program,
            arguments: arguments,
            environment: ToolEnvironment.make(home: self.folders.homePath),
            workingDirectory: folder,
            readableFolders: self.toolchain.readableFolders,
            writableFolders: [
                folder, self.folders.made.path(percentEncoded: false).trimmingSlash(), self.folders.homePath,
            ]
        )
    }
}
