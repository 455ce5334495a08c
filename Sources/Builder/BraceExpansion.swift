/// How many texts a pattern such as `p-{1..4}{x,y}` stands for.
enum BraceExpansion {
    /// More than this in one pattern is refused; all utilities of a large design system are far fewer.
    static let limit = 10_000
    private static let ceiling = 1_000_000

    /// The number, at most a million and one.
    static func count(of pattern: String) -> Int {
        var rest = Substring(pattern)
        var total = 1
        // A closing brace without an opening one is a plain character.
        while !rest.isEmpty, total <= self.ceiling {
            total = self.product(total, self.sequence(&rest, isInside: false, depth: 0))
            rest = rest.dropFirst()
        }
        return total
    }

    /// Reads up to a comma or closing brace when inside of braces.
    private static func sequence(_ rest: inout Substring, isInside: Bool, depth: Int) -> Int {
        var total = 1
        while let character = rest.first {
            if isInside, character == "," || character == "}" { return total }
            rest = rest.dropFirst()
            if character == "{" {
                // Nobody writes this deep.
                guard depth < 16 else { return self.ceiling + 1 }
                total = self.product(total, self.alternatives(&rest, depth: depth + 1))
            }
        }
        return total
    }

    private static func alternatives(_ rest: inout Substring, depth: Int) -> Int {
        if let range = rest.prefixMatch(of: #/(-?\d{1,18})\.\.(-?\d{1,18})(?:\.\.(-?\d{1,18}))?\}/#) {
            rest = rest[range.range.upperBound...]
            guard let first = Int(range.output.1), let last = Int(range.output.2) else { return self.ceiling + 1 }
            let step = max(1, abs(range.output.3.flatMap { Int($0) } ?? 1))
            return min(abs(last - first) / step + 1, self.ceiling + 1)
        }
        var total = 0
        while true {
            total = min(total + self.sequence(&rest, isInside: true, depth: depth), self.ceiling + 1)
            let end = rest.first
            rest = rest.dropFirst()
            if end != "," { return total }
        }
    }

    private static func product(_ one: Int, _ other: Int) -> Int {
        min(one * other, self.ceiling + 1)
    }
}
