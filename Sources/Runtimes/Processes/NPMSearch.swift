package import Foundation

/// Finds the npm that installs packages of apps (spec 03 §4.3): `SECOND_NPM_PATH`, `npm_execpath`, the search path.
package struct NPMSearch: Sendable {
    /// No npm answers; `description` is for the operator.
    package struct NotFound: Error, CustomStringConvertible {
        package let tried: [String]

        package var description: String {
            let places = self.tried.isEmpty ? "none is on PATH" : "tried " + self.tried.joined(separator: ", ")
            return "SECOND_NPM_REGISTRY needs npm, and none answers (\(places)); "
                + "install npm, or set SECOND_NPM_PATH to its absolute path"
        }
    }

    private let environment: [String: String]
    private let workspaces: URL
    private let clock: any Clock<Duration>

    /// Nothing below `workspaces` is ever taken: what is there was written by agents.
    package init(
        environment: [String: String],
        workspaces: URL,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.environment = environment
        self.workspaces = workspaces
        self.clock = clock
    }

    /// The absolute path of the first npm that says its version within five seconds.
    ///
    /// `override` is what the operator named; then nothing else is tried.
    package func find(override: String?) async throws(NotFound) -> String {
        var tried: [String] = []
        for path in self.candidates(override) {
            guard !tried.contains(path), override != nil || FileManager.default.fileExists(atPath: path) else {
                continue
            }
            tried.append(path)
            if self.isAllowed(path), await self.answers(path) { return path }
        }
        throw NotFound(tried: tried)
    }

    private func candidates(_ override: String?) -> [String] {
        if let override { return [override] }
        let locator = ExecutableLocator(environment: self.environment)
        // Set by npm for what it runs; other package managers set it to themselves.
        let own = self.environment["npm_execpath"].map { [$0] } ?? []
        return own.filter { $0.hasSuffix("/npm") || $0.hasSuffix("/npm-cli.js") }
            + locator.searchPath.split(separator: ":").map { "\($0)/npm" }
    }

    private func isAllowed(_ path: String) -> Bool {
        guard path.hasPrefix("/"), FileManager.default.isExecutableFile(atPath: path) else { return false }
        let root = self.workspaces.resolvingSymlinksInPath().path(percentEncoded: false).withoutTrailingSlash + "/"
        return [URL(filePath: path).standardizedFileURL, URL(filePath: path).resolvingSymlinksInPath()]
            .allSatisfy { !$0.path(percentEncoded: false).hasPrefix(root) }
    }

    private func answers(_ path: String) async -> Bool {
        let file = URL(filePath: path)
        let folder = file.deletingLastPathComponent().path(percentEncoded: false).withoutTrailingSlash
        let answer = await CommandProbe.run(
            // As builds start it: what only works by the name of a link is none for them.
            file.resolvingSymlinksInPath().path(percentEncoded: false),
            ["--version"],
            // npm is a script that looks for Node beside itself and then on the path.
            environment: ["PATH": "\(folder):/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin", "HOME": "/nonexistent"],
            limit: .seconds(5),
            clock: self.clock
        )
        .answer
        return answer.map { $0.isSuccess && $0.output.first?.isNumber == true } ?? false
    }
}
