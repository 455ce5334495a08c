import Domain
import Foundation

/// One stylesheet of an app as the style compiler gets it, and what it asks the compiler to read.
///
/// The compiler gets it without comments, each blanked out in place. So what is looked at here is what it reads, and
/// rules are found wherever they stand, also in strings: there is no way of writing that hides one from us alone.
struct Stylesheet {
    /// What the compiler brings itself.
    private static let parts: Set<String> = Set(
        ["index", "preflight", "theme", "utilities"].flatMap { ["tailwindcss/\($0)", "tailwindcss/\($0).css"] }
            + ["tailwindcss"]
    )
    /// On each side of a problem; four bytes for each of the columns that are shown.
    private static let keptBytes = 640
    private static let shownScalars = 200

    let path: String
    /// The text without comments; every line and column stays where it was.
    let bytes: [UInt8]
    /// Paths of the app's stylesheets that it imports, in order.
    private(set) var imports: [String] = []
    /// At most as many as a report shows: the reading ends with the last of them.
    private(set) var problems: [BuildProblem] = []

    private var imported: Set<String> = []
    /// Of the place that is looked at, both from 1.
    private var line = 1
    private var column = 1

    init(path: String, bytes: some Collection<UInt8>) {
        self.path = path
        self.bytes = Self.withoutComments(Array(bytes))
        let function = Array("source(".utf8)
        for index in self.bytes.indices {
            let byte = self.bytes[index]
            if byte == UInt8(ascii: "@") {
                self.readRule(at: index)
            } else if byte == function[0], self.bytes[index...].starts(with: function) {
                self.readSource(in: self.scanner(at: index + function.count), at: index)
            }
            guard self.problems.count < [BuildProblem].shownProblems else { return }
            if byte == UInt8(ascii: "\n") {
                self.line += 1
                self.column = 1
            } else if !Self.isContinuation(byte) {
                self.column += 1
            }
        }
    }

    // MARK: Rules

    private mutating func readRule(at start: Int) {
        var scanner = self.scanner(at: start + 1)
        guard let name = scanner.name() else {
            return self.refuse("Write the names of rules without comments and escapes.", at: start)
        }
        let rule = name.lowercased()
        switch rule {
        case "plugin", "config":
            self.refuse("@\(rule) is not available here; use @theme, @utility and @layer instead.", at: start)
        case "import", "reference", "source":
            guard self.bytes[(start + 1)...].starts(with: Array(rule.utf8)),
                scanner.index == start + 1 + rule.utf8.count
            else { return self.refuse("Write @\(rule) in small letters and without escapes.", at: start) }
            if rule == "source" {
                self.readSourceRule(scanner, at: start)
            } else {
                self.readImport(scanner, rule, at: start)
            }
        default: break
        }
    }

    private mutating func readImport(_ scanner: StylesheetScanner, _ rule: String, at start: Int) {
        var scanner = scanner
        guard let name = scanner.string() else {
            return self.refuse(#"Write the file of @\#(rule) in quotes: @\#(rule) "./name.css"."#, at: start)
        }
        if Self.parts.contains(name) { return }
        guard name.hasSuffix(".css"), !name.contains(where: { ":?#%".contains($0) }),
            let path = SourceReference.resolve(name, from: self.path)
        else {
            return self.refuse(
                "@\(rule) takes tailwindcss, or a .css file of this app by its relative path; \(Self.shown(name)) is neither.",
                at: start
            )
        }
        if self.imported.insert(path).inserted { self.imports.append(path) }
    }

    /// `@source "…"`, `@source not "…"`, `@source inline("…")`.
    private mutating func readSourceRule(_ scanner: StylesheetScanner, at start: Int) {
        var scanner = scanner
        scanner.skip(word: "not")
        guard scanner.skip(word: "inline") else { return self.readSource(in: scanner, at: start) }
        guard scanner.skip(word: "("), let pattern = scanner.string() else {
            return self.refuse(#"Write @source inline("…") with a text in quotes."#, at: start)
        }
        self.checkSize(of: pattern, at: start)
    }

    /// A folder or pattern to be searched for class names, as in `@source "…"` and `source("…")`.
    private mutating func readSource(in scanner: StylesheetScanner, at start: Int) {
        var scanner = scanner
        if scanner.skip(word: "none") { return }
        guard let pattern = scanner.string() else {
            return self.refuse("Write the folder to be searched for class names in quotes.", at: start)
        }
        guard Self.staysInside(pattern, from: self.path) else {
            return self.refuse(
                "\(Self.shown(pattern)) leads out of the app; name a folder of it by a relative path, with braces in the last part only.",
                at: start
            )
        }
        self.checkSize(of: pattern, at: start)
    }

    private mutating func checkSize(of pattern: String, at start: Int) {
        guard BraceExpansion.count(of: pattern) > BraceExpansion.limit else { return }
        self.refuse("The braces stand for more than \(BraceExpansion.limit) names; write fewer.", at: start)
    }

    /// No part of the pattern, however it is expanded, leads out of the app.
    private static func staysInside(_ pattern: String, from file: String) -> Bool {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, !first.isEmpty, !pattern.contains(":") else {
            return false
        }
        // Braces could be expanded to "..", or to nothing before a slash.
        guard parts.dropLast().allSatisfy({ !$0.contains("{") }), !last.contains("{") || !last.hasPrefix("."),
            !last.hasPrefix("{") || parts.count > 1
        else { return false }
        let folder = parts.prefix { part in !part.contains { "*?[]()!{}".contains($0) } }
        guard !parts.dropFirst(folder.count).contains("..") else { return false }
        return SourceReference.resolve(folder.joined(separator: "/"), from: file) != nil
    }

    // MARK: Text

    private func scanner(at index: Int) -> StylesheetScanner {
        StylesheetScanner(bytes: self.bytes, index: index)
    }

    private mutating func refuse(_ message: String, at index: Int) {
        // A line may be a megabyte long, and may cause many problems: each keeps what is around it.
        var start = max(0, index - Self.keptBytes)
        while start < index, Self.isContinuation(self.bytes[start]) { start += 1 }
        if let lineBreak = self.bytes[start..<index].lastIndex(of: UInt8(ascii: "\n")) { start = lineBreak + 1 }
        let rest = self.bytes[index..<min(self.bytes.count, index + Self.keptBytes)]
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        self.problems.append(
            BuildProblem(
                .styles,
                message,
                file: self.path,
                line: self.line,
                column: self.column,
                sourceLine: String(decoding: self.bytes[start..<end], as: UTF8.self),
                sourceColumn: self.column - self.bytes[start..<index].count { !Self.isContinuation($0) }
            )
        )
    }

    /// A name in quotes, of which the first characters are enough to find it.
    static func shown(_ name: String) -> String {
        let start = name.unicodeScalars.prefix(self.shownScalars)
        return String(start).debugDescription + (start.endIndex < name.endIndex ? "…" : "")
    }

    /// A byte inside of a character, which is not counted.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Comments become blanks; strings and escapes stay as they are.
    private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var quote: UInt8?
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") {
                index += 2
            } else if let open = quote {
                if byte == open || byte == UInt8(ascii: "\n") { quote = nil }
                index += 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                index += 1
            } else if byte == UInt8(ascii: "/"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "*") {
                // A comment without an end goes to the end.
                let end = StylesheetScanner.endOfComment(in: bytes, from: index, before: bytes.count) ?? bytes.count
                for place in index..<end where bytes[place] != UInt8(ascii: "\n") { bytes[place] = UInt8(ascii: " ") }
                index = end
            } else {
                index += 1
            }
        }
        return bytes
    }
}
