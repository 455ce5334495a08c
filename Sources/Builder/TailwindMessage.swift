import Domain
import Foundation

/// Reads what Tailwind prints when it fails: a framed message, sometimes with a place.
struct TailwindMessage {
    private let text: String

    init(_ output: String) {
        let lines = output.replacing(#/\x1B\[[0-9;]*m/#, with: "").split(separator: "\n").compactMap {
            line -> String? in
            let plain = line.drop { "│┌└ ".contains($0) }
            guard !plain.isEmpty, !plain.hasPrefix("≈ tailwindcss"), plain != "Error:" else { return nil }
            return String(plain)
        }
        self.text = lines.joined(separator: "\n")
    }

    /// The message with its file and line: as Tailwind gives them, or where the word it complains about stands.
    func problem(stage: String, sources: AppSnapshot) -> BuildProblem {
        var message = self.text.replacing(stage + "/", with: "")
        for prefix in ["Error: ", "CssSyntaxError: "] where message.hasPrefix(prefix) {
            message.removeFirst(prefix.count)
        }
        message = message.replacing("src/.second-styles.css", with: "the styles")
        if message.isEmpty { message = "The styles could not be compiled." }

        if let match = message.prefixMatch(of: #/(?<file>[^\n:]+\.css):(?<line>\d+):(?<column>\d+): (?<rest>[\s\S]+)/#)
        {
            let file = String(match.output.file)
            let line = Int(match.output.line)
            return BuildProblem(
                .styles,
                String(match.output.rest),
                file: file,
                line: line,
                column: Int(match.output.column),
                sourceLine: line.flatMap { self.line($0, of: file, in: sources) }
            )
        }
        guard let word = message.firstMatch(of: #/[`'](?<word>[^`'\n]+)[`']/#)?.output.word else {
            return BuildProblem(.styles, message)
        }
        for file in sources.files where file.path.rawValue.hasSuffix(".css") && !file.path.rawValue.hasPrefix("dist/") {
            let lines = String(decoding: file.bytes, as: UTF8.self).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            for (index, line) in lines.enumerated() {
                guard let range = line.range(of: word) else { continue }
                return BuildProblem(
                    .styles,
                    message,
                    file: file.path.rawValue,
                    line: index + 1,
                    column: line.distance(from: line.startIndex, to: range.lowerBound) + 1,
                    sourceLine: String(line)
                )
            }
        }
        return BuildProblem(.styles, message)
    }

    private func line(_ number: Int, of path: String, in sources: AppSnapshot) -> String? {
        guard let file = sources.file(at: path) else { return nil }
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }
}
