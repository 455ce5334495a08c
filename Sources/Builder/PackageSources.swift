import Domain
import Foundation

/// Where the packages of an app may come from: the operator's registry and nowhere else.
struct PackageSources: Sendable {
    let workspace: URL

    /// Throws `BuildProblems` over npm settings in the workspace, and over packages that would come from elsewhere.
    func check(_ manifest: PackageManifest) async throws {
        let settings = self.workspace.appending(path: ".npmrc").path(percentEncoded: false)
        let hasSettings = try await BlockingWork.run { _ in
            var status = stat()
            return lstat(settings, &status) == 0
        }
        guard !hasSettings else {
            throw BuildProblems([
                BuildProblem(.checks, "Remove .npmrc: which registry is used is the operator's choice.", file: ".npmrc")
            ])
        }
        let problems = Self.problems(of: manifest)
        guard problems.isEmpty else { throw BuildProblems(problems) }
    }

    /// The same with `package.json` as it is now, which is the one that npm reads: a program that an agent left running
    /// may have changed it since the sources were read.
    func checkAgain() async throws {
        let file = WorkspaceFile(workspace: self.workspace, name: "package.json")
        guard let document = try await BlockingWork.run({ _ in try file.read() }) else {
            throw PackageManifest.notPlain
        }
        try await self.check(BuildChecks.manifest(document))
    }

    private static func problems(of manifest: PackageManifest) -> [BuildProblem] {
        var messages: [String] = []
        if let key = manifest.repeatedKey {
            messages.append("The key \(self.shown(key)) stands twice in the same object; remove one of the two.")
        }
        if manifest.hasWorkspaces { messages.append("Remove workspaces: an app is one package.") }
        for dependencies in [manifest.dependencies, manifest.peerDependencies] {
            let names = dependencies.filter { !self.isRegistered($0.value) }.keys.sorted()
            messages += names.map { name in
                "The package \(self.shown(name)) must have a version such as ^1.2.3; addresses, folders and repositories are not used."
            }
        }
        if let overrides = manifest.overrides, !self.areRegistered(overrides) {
            messages.append(
                "All overrides must be versions such as ^1.2.3; addresses, folders and repositories are not used."
            )
        }
        return messages.map { BuildProblem(.checks, $0, file: "package.json") }
    }

    /// Names come from the app and may be long.
    private static func shown(_ name: String) -> String { String(name.visible.prefix(214)) }

    /// No value leads anywhere else, and no key: npm takes the version after a name for the value when there is none.
    private static func areRegistered(_ overrides: JSONValue) -> Bool {
        guard let members = overrides.object else { return false }
        return members.allSatisfy { key, value in
            var name = Substring(key)
            if name.hasPrefix("@"), let slash = name.firstIndex(of: "/") { name = name[name.index(after: slash)...] }
            guard key == "." || self.isRegistered(String(name)) else { return false }
            return value.string.map(self.isRegistered) ?? self.areRegistered(value)
        }
    }

    /// A version, range or tag, or another registered package by `npm:name@version`.
    static func isRegistered(_ version: String) -> Bool {
        // As npm reads it, which takes the name of an archive for a file.
        var version = Substring(version.trimmingCharacters(in: .whitespacesAndNewlines))
        let isArchive = [".tgz", ".tar", ".tar.gz"].contains { version.lowercased().hasSuffix($0) }
        if version.hasPrefix("npm:") {
            version = version.dropFirst(4)
            if version.hasPrefix("@"), let slash = version.firstIndex(of: "/") {
                version = version[version.index(after: slash)...]
            }
        }
        return !isArchive && !version.contains { ":/\\".contains($0) } && !version.hasPrefix(".")
            && !version.hasPrefix("~/")
    }
}
