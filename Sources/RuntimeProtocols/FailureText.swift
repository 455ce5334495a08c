package import Domain
import Foundation

/// Turns what a CLI says about its failure into one readable line without secrets.
package enum FailureText {
    /// The longest line in characters.
    package static let limit = 240
    private static let lineBreaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

    /// The message inside nested error JSON when there is one, else the text; secrets, line breaks and whatever a
    /// terminal would obey instead of show are gone.
    package static func readable(_ text: String, hiding secrets: [Secret<String>] = []) -> String {
        let text = self.visible(text)
        // The message inside JSON may hold what its escapes stood for.
        var line = self.message(in: text).map(self.visible) ?? text
        for secret in secrets where secret.reveal().utf8.count >= 6 {
            line = line.replacingOccurrences(of: secret.reveal(), with: "<redacted>")
        }
        line = line.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).map(self.hidden).joined(separator: " ")
        return line.count > self.limit ? line.prefix(self.limit - 1) + "…" : line
    }

    /// The text without terminal sequences, control characters, and format characters, which turn the direction of what
    /// follows or hide in it.
    private static func visible(_ text: String) -> String {
        let scalars = self.withoutEscapes(text).unicodeScalars.filter { scalar in
            scalar.properties.isWhitespace || ![.control, .format].contains(scalar.properties.generalCategory)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// The text without terminal sequences (ECMA-48: CSI, strings such as titles and links, two-character escapes).
    ///
    /// One that nothing ends is over at the end of its line: what follows may be the reason that is looked for.
    private static func withoutEscapes(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1B}" || scalar == "\u{9B}" || scalar == "\u{9D}" else {
                shown.append(scalar)
                continue
            }
            let kind = scalar == "\u{1B}" ? rest.popFirst() : scalar == "\u{9B}" ? "[" : "]"
            switch kind {
            case "[":
                while let next = rest.first, !self.lineBreaks.contains(next) {
                    rest.removeFirst()
                    if ("@"..."~").contains(next) { break }
                }
            case "]", "P", "^", "_", "X":
                while let next = rest.first, !self.lineBreaks.contains(next) {
                    rest.removeFirst()
                    if next == "\u{1B}", rest.first == "\\" { rest.removeFirst() }
                    if ["\u{7}", "\u{9C}", "\u{1B}"].contains(next) { break }
                }
            default: break
            }
        }
        return String(shown)
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
