import Foundation

/// Takes what is secret out of a text for a log.
enum Credentials {
    /// `mongodb://name:word@host` becomes `mongodb://<redacted>@host`, wherever it stands.
    static func stripped(from text: String) -> String {
        var rest = text[...]
        var clean = ""
        while let mark = rest.range(of: "://") {
            clean += rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
            let end = rest.firstIndex { $0.isWhitespace || $0 == "/" || $0 == "'" || $0 == "\"" } ?? rest.endIndex
            // A sloppy address may have a slash in its password: the last @ before the next space counts.
            let wide = rest.firstIndex { $0.isWhitespace } ?? rest.endIndex
            if let at = rest[..<wide].lastIndex(of: "@") ?? rest[..<end].lastIndex(of: "@") {
                clean += "<redacted>"
                rest = rest[at...]
            }
        }
        return clean + rest
    }
}
