/// Why something about a person or a workspace was not done; the codes are the published ones (spec 01).
package enum PeopleRefusal: Error, Sendable, Equatable {
    case unsupportedAuthMode
    case invalidIdentity
    case invalidWorkspace
    case invalidStep
    case invalidPreferences
    case invalidLoaderColor
    case invalidLoaderStyle
    case invalidLoaderCustomColor
    case invalidThemeMode
    case emptyPreferences
    case invalidAppRuntimeSettings
    case workspaceMissing
}
