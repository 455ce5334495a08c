import Domain

/// What a person or firm tells the builder about themselves, made fit to be kept (spec 01 §9.3).
package enum ContextText {
    package static let maximumLength = 3000

    /// Line ends made one kind, long gaps closed, trimmed, cut at 3,000 units; `nil` for nothing.
    package static func normalized(_ text: String?) -> String? {
        guard var text else { return nil }
        text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        while text.contains("\n\n\n\n") { text = text.replacing("\n\n\n\n", with: "\n\n\n") }
        text = text.trimmingWhitespace()
        if text.utf16.count > Self.maximumLength {
            text = String(text.prefix(Self.maximumLength))
            while text.utf16.count > Self.maximumLength { text.removeLast() }
            text = text.trimmingWhitespace()
        }
        return text.isEmpty ? nil : text
    }
}
