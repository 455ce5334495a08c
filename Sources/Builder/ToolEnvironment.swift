import Foundation

/// The environment of the programs that build apps: a few named variables, nothing of the platform's (spec 03 §22.1).
enum ToolEnvironment {
    private static let kept = ["LANG", "LC_ALL", "LC_CTYPE", "TZ"]
    private static let path = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"

    /// `home` is a private folder; temporary files go there too.
    static func make(
        home: String,
        adding extra: [String: String] = [:],
        from current: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        var environment = current.filter { self.kept.contains($0.key) }
        environment["PATH"] = self.path
        environment["HOME"] = home
        environment["TMPDIR"] = home
        environment["NO_COLOR"] = "1"
        return environment.merging(extra) { _, added in added }
    }
}
