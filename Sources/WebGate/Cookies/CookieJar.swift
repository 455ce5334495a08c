import Foundation
package import HTTPTypes

/// The cookies that a request brought (spec 01 §3.2): the first of a name wins, its value may contain `=`.
package struct CookieJar: Sendable {
    private let pairs: [(name: Substring, value: Substring)]

    package init(_ fields: HTTPFields) {
        self.pairs = fields[values: .cookie].flatMap { header in
            header.split(separator: ";").compactMap { part in
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard pair.count == 2 else { return nil }
                return (name: Substring(pair[0].trimmed), value: Substring(pair[1].trimmed))
            }
        }
    }

    /// The decoded value; a value that cannot be decoded is no value (spec 01 B5).
    package func value(of name: String) -> String? {
        self.pairs.first { $0.name == name }?.value.removingPercentEncoding
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
