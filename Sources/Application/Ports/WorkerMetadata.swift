package import Domain

/// A question for a name and a description (spec 03 §15).
package struct WorkerMetadataRequest: Sendable {
    package var appID: App.ID
    /// Cut to 10,000 characters.
    package var prompt: String
    package var fallbackName: String
    package var settings: RuntimeSettings

    package init(appID: App.ID, prompt: String, fallbackName: String, settings: RuntimeSettings) {
        self.appID = appID
        self.prompt = prompt
        self.fallbackName = fallbackName
        self.settings = settings
    }
}

/// The answer, within the limits of an app's own.
package struct WorkerMetadata: Sendable, Equatable {
    /// 2–80 characters.
    package var name: String
    /// 2–300 characters.
    package var description: String

    package init(name: String, description: String) {
        self.name = name
        self.description = description
    }
}
