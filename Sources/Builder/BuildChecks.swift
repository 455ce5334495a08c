import Domain
import Foundation

/// What must hold before anything is compiled (spec 03 §4.4, steps 1 and 7).
enum BuildChecks {
    static let requiredFiles = ["package.json", "index.html", "src/main.tsx"]

    /// The app's files without what an earlier build made.
    static func sources(of workspace: URL) async throws -> AppSnapshot {
        let all = try await self.snapshot(of: workspace)
        let sources = try AppSnapshot(files: all.files.filter { !$0.path.rawValue.hasPrefix("dist/") })
        let missing = self.requiredFiles.filter { sources.file(at: $0) == nil }
        guard missing.isEmpty else {
            throw BuildProblems(missing.map { BuildProblem(.checks, "The file \($0) is missing or empty.") })
        }
        return sources
    }

    static func snapshot(of workspace: URL) async throws -> AppSnapshot {
        do {
            return try await SnapshotCollector().collect(workspace)
        } catch let refusal as SnapshotRefusal {
            throw self.problems(of: refusal)
        }
    }

    static func problems(of refusal: SnapshotRefusal) -> BuildProblems {
        BuildProblems(refusal.violations.map { BuildProblem(.checks, $0.message) })
    }

    static func manifest(of sources: AppSnapshot) throws -> PackageManifest {
        guard let file = sources.file(at: "package.json") else {
            throw BuildProblems([BuildProblem(.checks, "The file package.json is missing or empty.")])
        }
        return try self.manifest(file.bytes)
    }

    static func manifest(_ document: Data) throws -> PackageManifest {
        do {
            return try PackageManifest(parsing: document)
        } catch {
            throw BuildProblems([
                BuildProblem(.checks, "package.json is no valid package description.", file: "package.json")
            ])
        }
    }
}
