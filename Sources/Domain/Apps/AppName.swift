/// An app's name: white space collapsed, 1–80 characters; unique per workspace without regard to case (spec 02 §3.2, B23).
package struct AppName: Hashable, Sendable {
    package static let maximumLength = 80

    package let rawValue: String

    /// `nil` when nothing is left, or less than `minimum`, or more than 80 UTF-16 units.
    package init?(_ text: String, minimum: Int = 1) {
        let collapsed = text.collapsingWhitespace()
        guard (minimum...Self.maximumLength).contains(collapsed.utf16.count) else { return nil }
        self.rawValue = collapsed
    }

    /// The form that is unique within a workspace.
    package var normalized: String { self.rawValue.lowercased() }

    /// The name with ` (number)`, its base shortened so that the whole stays within 80.
    package func numbered(_ number: Int) -> AppName {
        self.suffixed(" (\(number))")
    }

    /// The name with the time in base 36, for when all numbers are taken.
    package func stamped(_ time: Timestamp) -> AppName {
        self.suffixed(" " + String(time.milliseconds, radix: 36))
    }

    private func suffixed(_ suffix: String) -> AppName {
        var base = self.rawValue
        while base.utf16.count + suffix.utf16.count > Self.maximumLength { base.removeLast() }
        return AppName(unchecked: base.trimmingWhitespace() + suffix)
    }

    private init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }
}

extension StringProtocol {
    /// The text trimmed, with every run of white space and line breaks inside it made one space.
    package func collapsingWhitespace() -> String {
        self.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
