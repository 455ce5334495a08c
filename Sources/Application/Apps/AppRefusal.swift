/// Why something about an app was not done; the codes are the published ones (spec 02).
package enum AppRefusal: Error, Sendable, Equatable {
    case notFound
    case invalidAppName
    case invalidName
    case invalidBody
    case invalidRuntimeSettings
    case invalidCursor
    case attachmentsRequireInitialRun
    case versionNotFound
    case fileNotFound
    case previewNotFound
    case previewExpired
    /// A turn is running, and this would change files under it.
    case runStreaming
    case runNotFound
    case invalidFormData
    case missingFiles
    case invalidFile
    case tooManyFiles
    case fileTooLarge
    case uploadTooLarge
    case workerUnavailable
    /// The worker's own code.
    case uploadFailed(code: String)
    case agentNotFound
    case skillNotFound
}
