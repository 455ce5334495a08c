import Domain
import Foundation
import Logging
import Synchronization
import Testing

@testable import Builder

/// Folders and builders for one test, removed at its end.
struct BuilderFixture {
    let root: URL

    var workspaces: URL { self.root.appending(path: "workspaces") }

    static func with<Result>(_ body: (BuilderFixture) async throws -> Result) async throws -> Result {
        let root = URL.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "builder-tests-\(RandomBytes.live.take(8).hexadecimal)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let fixture = BuilderFixture(root: root)
        do {
            let result = try await body(fixture)
            try FileManager.default.removeItem(at: root)
            return result
        } catch {
            try? FileManager.default.removeItem(at: root)  // The first error matters.
            throw error
        }
    }

    /// The toolchain that `scripts/setup test` makes; `nil` on a machine without one.
    static let toolchain: Toolchain? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/root"
        let folder =
            environment["SECOND_TOOLCHAIN_DIR"] ?? "\(environment["SECOND_DATA_DIR"] ?? home + "/.second")/toolchain"
        guard case .ready(let toolchain, _) = Toolchain.locate(in: URL(filePath: folder)) else { return nil }
        return toolchain
    }()

    /// There whatever is missing is a failure; at a desk the suites that need it are skipped.
    static let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    static var canBuild: Bool { self.toolchain != nil || self.isCI }

    static let npm = ["/usr/bin/npm", "/usr/local/bin/npm", "/opt/homebrew/bin/npm"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static let skipped: Comment = "needs the app toolchain: scripts/toolchain/install ~/.second/toolchain"

    /// Runs the body with a builder and stops it whatever happens.
    func builder<Result>(
        packages: PackageAccess? = nil,
        scratch: String = "scratch",
        wrap: @escaping CommandWrapper = { $0 },
        _ body: (AppBuilder) async throws -> Result
    ) async throws -> Result {
        let builder = AppBuilder(
            toolchain: try #require(Self.toolchain),
            scratch: self.root.appending(path: scratch),
            packages: packages,
            wrap: wrap,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let result = try await body(builder)
            await builder.stop()
            return result
        } catch {
            await builder.stop()
            throw error
        }
    }

    /// A workspace with the template in it, changed by `edits` (path → text, `nil` removes the file).
    func workspace(_ name: String, _ edits: [String: String?] = [:]) async throws -> URL {
        let workspace = self.workspaces.appending(path: name)
        let template = try await #require(Self.toolchain).template()
        try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
        try BuildFolders.write(template.files, to: workspace)
        try self.edit(workspace, edits)
        return workspace
    }

    func edit(_ workspace: URL, _ edits: [String: String?]) throws {
        for (path, text) in edits {
            let file = workspace.appending(path: path)
            guard let text else {
                try FileManager.default.removeItem(at: file)
                continue
            }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
    }

    /// Process ids whose command line mentions this fixture's folder.
    func processes() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // Not on macOS.
        return entries.filter { entry in
            guard Int(entry) != nil else { return false }
            // Ended meanwhile.
            let line = (try? Data(contentsOf: URL(filePath: "/proc/\(entry)/environ"))) ?? Data()
            return line.range(of: Data(self.root.path.utf8)) != nil
        }
    }
}

extension BuildOutcome {
    var problems: [BuildProblem] {
        if case .failed(let build) = self { build.problems } else { [] }
    }

    var completed: CompletedBuild? {
        if case .complete(let build) = self { build } else { nil }
    }
}
