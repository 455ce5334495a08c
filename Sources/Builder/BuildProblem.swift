/// One thing that keeps an app from being built, where it is, and the line that causes it.
package struct BuildProblem: Sendable, Equatable {
    package enum Area: String, Sendable, CaseIterable {
        case checks = "Checks"
        case install = "Install"
        case types = "Types"
        case bundle = "Bundle"
        case styles = "Styles"
    }

    package var area: Area
    package var message: String
    /// Relative to the app.
    package var file: String?
    /// From 1.
    package var line: Int?
    /// From 1.
    package var column: Int?
    package var sourceLine: String?
    /// The column at which `sourceLine` begins; more than 1 when it is a part of a long line.
    package var sourceColumn: Int

    package init(
        _ area: Area,
        _ message: String,
        file: String? = nil,
        line: Int? = nil,
        column: Int? = nil,
        sourceLine: String? = nil,
        sourceColumn: Int = 1
    ) {
        self.area = area
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.sourceLine = sourceLine
        self.sourceColumn = sourceColumn
    }
}

extension BuildProblem {
    private static let shownColumns = 160

    /// Place and message, and below them the source line with a mark under the column.
    var text: String {
        var text = ""
        if let file {
            text += file.visible
            if let line { text += ":\(line)" }
            if line != nil, let column { text += ":\(column)" }
            text += "  "
        }
        text += self.message.visible
        guard let line, let sourceLine else { return text }

        // A window around the column, since a source line may be a megabyte long.
        let characters = Array(sourceLine.visible.replacing("\t", with: " ").prefix(4000))
        let mark = min(max((self.column ?? 1) - self.sourceColumn, 0), characters.count)
        let start = mark > Self.shownColumns - 20 ? mark - Self.shownColumns / 2 : 0
        let shown = characters[start..<min(characters.count, start + Self.shownColumns)]
        let margin = "    \(line) | "
        let isCut = start > 0 || self.sourceColumn > 1
        text += "\n" + margin + (isCut ? "…" : "") + String(shown)
        if self.column != nil {
            let indent = margin.count - 2 + (mark - start) + (isCut ? 1 : 0)
            text += "\n" + String(repeating: " ", count: margin.count - 2) + "| "
            text += String(repeating: " ", count: indent - (margin.count - 2)) + "^"
        }
        return text
    }
}

extension [BuildProblem] {
    /// Of one area; more are not worth finding.
    static let shownProblems = 40
    private static let shownBytes = 24_000

    /// The problems under one heading an area, for the model to read.
    var report: String {
        var text = "The app was not built; nothing of it changed. Fix the following and call done_building again."
        for area in BuildProblem.Area.allCases {
            let problems = self.filter { $0.area == area }
            guard !problems.isEmpty else { continue }
            text += "\n\n## \(area.rawValue)"
            for (index, problem) in problems.enumerated() {
                let next = "\n" + problem.text
                guard index < Self.shownProblems, text.utf8.count + next.utf8.count < Self.shownBytes else {
                    text += "\n… and \(problems.count - index) more."
                    break
                }
                text += next
            }
        }
        return text
    }
}

extension String {
    /// Without control characters (line breaks and tabs stay), so that a file cannot paint over what is shown.
    var visible: String {
        guard self.unicodeScalars.contains(where: Self.isHidden) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in self.unicodeScalars {
            text.append(Self.isHidden(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(text)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
