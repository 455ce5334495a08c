package import Domain

/// What is known about a runtime on this machine (spec 03 §17.1): booleans and versions, never values.
package struct DetectedRuntime: Sendable, Equatable {
    package var id: RuntimeID
    package var isAvailable: Bool
    package var version: String?
    /// The executable, where one was found.
    package var path: String?
    package var features: [String: Bool]
    /// What is missing, for the operator.
    package var error: String?
    /// A provider key is in the worker's environment.
    package var envKeyConfigured: Bool
    /// The CLI seems to be logged in.
    package var cliLikelyConfigured: Bool

    package init(
        id: RuntimeID,
        isAvailable: Bool,
        version: String? = nil,
        path: String? = nil,
        features: [String: Bool] = [:],
        error: String? = nil,
        envKeyConfigured: Bool,
        cliLikelyConfigured: Bool
    ) {
        self.id = id
        self.isAvailable = isAvailable
        self.version = version
        self.path = path
        self.features = features
        self.error = error
        self.envKeyConfigured = envKeyConfigured
        self.cliLikelyConfigured = cliLikelyConfigured
    }
}
