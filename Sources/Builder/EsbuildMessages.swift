import Domain

/// Reads what esbuild prints about errors.
enum EsbuildMessages {
    /// The errors with their places; when none can be made out, the whole text as one.
    static func problems(in text: String, area: BuildProblem.Area) -> [BuildProblem] {
        var problems: [BuildProblem] = []
        var current: BuildProblem?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let message = self.message(line) {
                if let current { problems.append(current) }
                current = BuildProblem(area, message)
            } else if current != nil, current?.file == nil, let place = self.place(line) {
                current?.file = place.file
                current?.line = place.line
                current?.column = place.column + 1
            } else if let number = current?.line, current?.sourceLine == nil,
                let source = self.source(line, number: number)
            {
                current?.sourceLine = source
                // A long line is shown from its middle: the column no longer fits what is shown.
                if source.hasPrefix("...") { current?.column = nil }
            }
        }
        if let current { problems.append(current) }
        let rest = text.trimmingWhitespace()
        return problems.isEmpty
            ? [BuildProblem(area, rest.isEmpty ? "The bundler failed without a message." : rest)] : problems
    }

    private static func message(_ line: Substring) -> String? {
        for mark in ["✘ [ERROR] ", "X [ERROR] "] where line.hasPrefix(mark) {
            return String(line.dropFirst(mark.count))
        }
        return nil
    }

    /// Reads `    src/App.tsx:3:19:`.
    private static func place(_ line: Substring) -> (file: String, line: Int, column: Int)? {
        guard line.hasPrefix("    "), line.hasSuffix(":") else { return nil }
        let parts = line.dropFirst(4).dropLast().split(separator: ":")
        guard parts.count >= 3, let row = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]) else {
            return nil
        }
        return (parts.dropLast(2).joined(separator: ":"), row, column)
    }

    /// Reads `      3 │ import x from "y"`.
    private static func source(_ line: Substring, number: Int) -> String? {
        let parts = line.split(separator: "│", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Int(parts[0].filter { $0 != " " }) == number else { return nil }
        return String(parts[1].dropFirst())
    }
}
