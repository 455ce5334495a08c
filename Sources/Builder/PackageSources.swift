import Foundation

/// Where the packages of an app may come from: the operator's registry and nowhere else.
struct PackageSources: Sendable {
    let workspace: URL

    /// Throws `BuildProblems` over npm settings in the workspace, and over packages named by an address.
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
        let addresses = manifest.dependencies.filter { !Self.isRegistered($0.value) }.keys.sorted()
        guard addresses.isEmpty else {
            throw BuildProblems(
                addresses.map { name in
                    BuildProblem(
                        .checks,
                        "The package \(name.visible) must have a version such as ^1.2.3; addresses, folders and repositories are not used.",
                        file: "package.json"
                    )
                }
            )
        }
    }

    /// A version, range or tag, or another registered package by `npm:name@version`.
    static func isRegistered(_ version: String) -> Bool {
        var version = Substring(version)
        if version.hasPrefix("npm:") {
            version = version.dropFirst(4)
            if version.hasPrefix("@"), let slash = version.firstIndex(of: "/") {
                version = version[version.index(after: slash)...]
            }
        }
        return !version.contains { ":/\\".contains($0) } && !version.hasPrefix(".") && !version.hasPrefix("~/")
    }
}
