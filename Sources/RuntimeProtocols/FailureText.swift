package import Domain
import Foundation

/// Turns what a CLI says about its failure into one readable line without secrets.
package enum FailureText {
    /// The longest line in characters.
    package static let limit = 240

    /// The message inside nested error JSON when there is one, else the text; secrets and line breaks are gone.
    package static func readable(_ text: String, hiding secrets: [Secret<String>] = []) -> String {
        var line = self.message(in: text) ?? text
        for secret in secrets where secret.reveal().utf8.count >= 6 {
            line = line.replacingOccurrences(of: secret.reveal(), with: "<redacted>")
        }
        line = line.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).map(self.hidden).joined(separator: " ")
        let visible = line.unicodeScalars.filter { $0.properties.generalCategory != .control }
        line = String(String.UnicodeScalarView(visible))
        return line.count > self.limit ? line.prefix(self.limit - 1) + "…" : line
    }

    /// Words that look like keys, whatever they belong to.
    private static func hidden(_ word: Substring) -> Substring {
        for prefix in ["sk-", "sk_", "ghp_", "gho_", "ghs_", "github_pat_", "xoxb-", "AKIA", "eyJ"] {
            if let range = word.range(of: prefix), word[range.lowerBound...].utf8.count >= 12 {
                return word[..<range.lowerBound] + "<redacted>"
            }
        }
        return word
    }

    /// `API Error: 500 {"type":"error","error":{"message":"…"}}` → the inner message behind what came before.
    private static func message(in text: String) -> String? {
        guard let open = text.firstIndex(of: "{"), let close = text.lastIndex(of: "}"), open < close else { return nil }
        // Braces that hold no JSON stay as they are.
        guard let value = try? JSONValue(parsing: Data(text[open...close].utf8)) else { return nil }
        var inner = value
        for _ in 0..<4 {
            if let next = inner["error"] ?? inner["message"] { inner = next }
        }
        guard var found = inner.string ?? inner["message"]?.string else { return nil }
        if found.contains("{"), let deeper = self.message(in: found) { found = deeper }
        return "\(text[..<open].trimmingWhitespace()) \(found)".trimmingWhitespace()
    }
}
