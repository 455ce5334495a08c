import Domain
import Foundation

/// Bundles an app's TypeScript and assets with esbuild.
struct BundleStep: Sendable {
    struct Output: Sendable, Equatable {
        let script: Data
        /// Files that the sources import, under their content-hashed names: `assets/logo-A1B2C3D4.svg`.
        let assets: [SourceFile]
    }

    static let timeLimit: Duration = .seconds(30)
    static let assetKinds = [
        "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf", "otf", "mp3", "mp4", "webm",
        "wasm", "pdf",
    ]

    let toolchain: Toolchain
    let process: ToolProcess
    let folders: BuildFolders.OfApp

    /// Bundles the sources of the stage; any problem means that there is no output.
    func run() async throws -> Result<Output, BuildProblems> {
        let folder = self.folders.stage.path(percentEncoded: false).trimmingSlash()
        let made = self.folders.made.appending(path: "bundle")
        let outcome = try await self.process.run(
            self.command(folder, output: made.path(percentEncoded: false)),
            timeLimit: Self.timeLimit
        )
        guard outcome.succeeded else {
            let text = String(decoding: outcome.errorOutput, as: UTF8.self)
            return .failure(BuildProblems(EsbuildMessages.problems(in: text, area: .bundle)))
        }
        let metafile = try Data(contentsOf: made.appending(path: "meta.json"))
        let strangers = try self.strangers(in: metafile, stage: folder)
        guard strangers.isEmpty else {
            return .failure(BuildProblems(strangers))
        }
        let script = try Data(contentsOf: made.appending(path: "main.js"))
        let assets = try await SnapshotCollector().collect(made.appending(path: "assets"))
        return .success(Output(script: script, assets: assets.files.compactMap { $0.moved(from: "", to: "assets/") }))
    }

    private func command(_ folder: String, output: String) -> ToolCommand {
        ToolCommand(
            executable: self.toolchain.esbuild,
            arguments: [
                EntryDocument.script, "--bundle", "--minify", "--format=esm", "--platform=browser", "--target=es2020",
                "--jsx=automatic", "--charset=utf8", "--legal-comments=none", "--tree-shaking=true",
                "--outdir=\(output)", "--entry-names=main", "--asset-names=assets/[name]-[hash]",
                "--metafile=\(output)/meta.json",
                "--log-level=error", "--color=false", "--log-limit=40",
                "--loader:.css=empty", "--loader:.md=text",
                #"--define:process.env.NODE_ENV="production""#, #"--define:import.meta.env.MODE="production""#,
                "--define:import.meta.env.DEV=false", "--define:import.meta.env.PROD=true",
                "--define:import.meta.env.SSR=false", #"--define:import.meta.env.BASE_URL="./""#,
            ] + Self.assetKinds.map { "--loader:.\($0)=file" },
            environment: ToolEnvironment.make(
                home: self.folders.homePath,
                adding: ["NODE_PATH": self.toolchain.libraries]
            ),
            workingDirectory: folder,
            readableFolders: self.toolchain.readableFolders,
            writableFolders: [
                folder, self.folders.made.path(percentEncoded: false).trimmingSlash(), self.folders.homePath,
            ]
        )
    }

    private struct Metafile: Decodable {
        struct Input: Decodable {}
        let inputs: [String: Input]
    }

    /// Inputs that are neither the app's nor the toolchain's.
    ///
    /// Without a sandbox nothing else keeps an import inside.
    private func strangers(in metafile: Data, stage: String) throws -> [BuildProblem] {
        let stage = URL(filePath: stage).resolvingSymlinksInPath().path(percentEncoded: false).trimmingSlash() + "/"
        let inputs = try JSONDecoder().decode(Metafile.self, from: metafile).inputs.keys.sorted()
        return inputs.compactMap { input in
            let path = URL(filePath: input, relativeTo: URL(filePath: stage, directoryHint: .isDirectory))
                .standardizedFileURL.path(percentEncoded: false)
            guard !input.hasPrefix("<"), !input.hasPrefix("(disabled)"), !path.hasPrefix(stage),
                !path.hasPrefix(self.toolchain.libraries + "/")
            else { return nil }
            return BuildProblem(.bundle, "An import leads out of the app: \(input)")
        }
    }
}

/// Problems as an error, for steps that answer with a `Result`.
struct BuildProblems: Error {
    let problems: [BuildProblem]

    init(_ problems: [BuildProblem]) {
        self.problems = problems
    }
}
