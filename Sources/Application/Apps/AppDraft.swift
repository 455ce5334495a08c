package import Domain

/// What a new app starts from, checked (spec 02 §3.2).
package struct AppDraft: Sendable {
    package let name: AppName
    package let prompt: String?
    package let runtime: RuntimeSettings
    package let createsInitialRun: Bool

    /// Longest prompt that is kept.
    package static let maximumPromptLength = 100_000

    /// Checks what was asked for; no `runtime` takes the default, which only forms may do.
    package init(
        name: String?,
        prompt: String?,
        runtime: RuntimeSettings?,
        createsInitialRun: Bool
    ) throws(AppRefusal) {
        guard let name = name.flatMap({ AppName($0, minimum: 2) }) else { throw .invalidAppName }
        guard (prompt?.utf16.count ?? 0) <= Self.maximumPromptLength else { throw .invalidBody }
        self.name = name
        self.prompt = prompt.flatMap { $0.trimmingWhitespace().isEmpty ? nil : $0 }
        self.runtime = runtime ?? .standard
        self.createsInitialRun = createsInitialRun
    }
}
