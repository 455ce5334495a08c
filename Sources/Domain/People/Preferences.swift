/// How a person likes the page (spec 01 §17).
///
/// Missing or bad stored values read as the defaults.
package struct Preferences: Codable, Sendable, Equatable {
    package enum LoaderColor: String, Codable, Sendable, CaseIterable {
        case mono, blue, violet, emerald, amber, rose, custom
    }

    package enum LoaderStyle: String, Codable, Sendable, CaseIterable {
        case orbit, blocks, pulse, wave
        case pixelCat = "pixel-cat"
        case pixelDog = "pixel-dog"
    }

    package enum ThemeMode: String, Codable, Sendable, CaseIterable {
        case system, light, dark
    }

    package var loaderColor: LoaderColor
    package var loaderStyle: LoaderStyle
    /// `#RGB` or `#RRGGBB`, uppercase.
    package var loaderCustomColor: String
    package var themeMode: ThemeMode

    package static let standard = Self(
        loaderColor: .mono,
        loaderStyle: .wave,
        loaderCustomColor: "#5E6AD2",
        themeMode: .system
    )

    package init(loaderColor: LoaderColor, loaderStyle: LoaderStyle, loaderCustomColor: String, themeMode: ThemeMode) {
        self.loaderColor = loaderColor
        self.loaderStyle = loaderStyle
        self.loaderCustomColor = loaderCustomColor
        self.themeMode = themeMode
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, or standard: Value) -> Value {
            (try? container.decode(Value.self, forKey: key)) ?? standard  // A bad stored value reads as the default.
        }
        self.loaderColor = value(.loaderColor, or: Self.standard.loaderColor)
        self.loaderStyle = value(.loaderStyle, or: Self.standard.loaderStyle)
        let color = value(.loaderCustomColor, or: Self.standard.loaderCustomColor)
        self.loaderCustomColor = Self.normalizedColor(color) ?? Self.standard.loaderCustomColor
        self.themeMode = value(.themeMode, or: Self.standard.themeMode)
    }

    /// The colour as stored, `nil` when it is not `#RGB` or `#RRGGBB`.
    package static func normalizedColor(_ text: String) -> String? {
        let color = text.trimmingWhitespace().uppercased()
        guard color.utf8.first == UInt8(ascii: "#"), [4, 7].contains(color.utf8.count) else { return nil }
        let isHexadecimal = color.utf8.dropFirst().allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
        }
        return isHexadecimal ? color : nil
    }
}
