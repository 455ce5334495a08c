package import Domain

/// The rules for changing preferences, in the published order of their refusals (spec 01 §17).
package enum PreferenceChange {
    package static func apply(
        _ changes: [String: JSONValue]?,
        to stored: Preferences
    ) throws(PeopleRefusal) -> Preferences {
        guard let changes else { throw .invalidPreferences }
        var result = stored
        var isEmpty = true
        if let value = changes["loaderColor"] {
            guard let color = value.string.flatMap(Preferences.LoaderColor.init(rawValue:)) else {
                throw .invalidLoaderColor
            }
            result.loaderColor = color
            isEmpty = false
        }
        if let value = changes["loaderStyle"] {
            guard let style = value.string.flatMap(Preferences.LoaderStyle.init(rawValue:)) else {
                throw .invalidLoaderStyle
            }
            result.loaderStyle = style
            isEmpty = false
        }
        if let value = changes["loaderCustomColor"] {
            guard let color = value.string.flatMap(Preferences.normalizedColor) else { throw .invalidLoaderCustomColor }
            result.loaderCustomColor = color
            isEmpty = false
        }
        if let value = changes["themeMode"] {
            guard let mode = value.string.flatMap(Preferences.ThemeMode.init(rawValue:)) else {
                throw .invalidThemeMode
            }
            result.themeMode = mode
            isEmpty = false
        }
        guard !isEmpty else { throw .emptyPreferences }
        return result
    }
}
