package import Foundation

/// The operator's leave to build apps with npm, and where packages come from.
package struct PackageAccess: Sendable, Equatable {
    /// Absolute path of `npm`.
    package var npm: String
    /// `nil` is npm's own default.
    package var registry: URL?
    package var installTimeLimit: Duration
    package var scriptTimeLimit: Duration

    package init(
        npm: String,
        registry: URL? = nil,
        installTimeLimit: Duration = .seconds(120),
        scriptTimeLimit: Duration = .seconds(180)
    ) {
        self.npm = npm
        self.registry = registry
        self.installTimeLimit = installTimeLimit
        self.scriptTimeLimit = scriptTimeLimit
    }
}
