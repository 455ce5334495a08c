import Foundation
package import HTTPTypes

/// The cookies that a request brought (spec 01 §3.2): the first of a name wins, its value may contain `=`.
package struct CookieJar: Sendable {
    private let pairs: [(name: Substring, value: Substring)]

    package init(_ fields: HTTPFields) {
        var pairs: [(name: Substring, value: Substring)] = []
        for header in fields[values: .cookie] {
            for part in header[...].utf8.split(separator: UInt8(ascii: ";")) {
                guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let value = part[part.index(after: equals)...]
                pairs.append((name: Self.trimmed(part[..<equals]), value: Self.trimmed(value)))
            }
        }
        self.pairs = pairs
    }

    /// The decoded value; a value that cannot be decoded is no value (spec 01 B5).
    package func value(of name: String) -> String? {
        guard let value = self.pairs.first(where: { $0.name == name })?.value else { return nil }
        return value.utf8.contains(UInt8(ascii: "%")) ? value.removingPercentEncoding : String(value)
    }

    /// Without blanks and tabs around it; byte by byte, because every request brings cookies.
    private static func trimmed(_ part: Substring.UTF8View) -> Substring {
        var rest = part
        while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
        return Substring(rest)
    }
}
