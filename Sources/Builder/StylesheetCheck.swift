import Domain
import Foundation

/// All stylesheets that the style compiler would read for an app, found by following imports from the first ones, and
/// what is wrong with them.
///
/// Tailwind runs code: `@plugin` and `@config` name scripts, in any file that it reads, whatever that file is called.
struct StylesheetCheck {
    private var read: [String: Stylesheet] = [:]
    /// No more than a report shows, and one file's more: whoever mends these builds again.
    private(set) var problems: [BuildProblem] = []

    /// `first` are the stylesheets that scripts and `index.html` load.
    ///
    /// Throws when it is cancelled.
    init(_ first: [String], of sources: AppSnapshot, isCancelled: () -> Bool = { false }) throws {
        let files = Dictionary(sources.files.map { ($0.path.rawValue, $0) }) { one, _ in one }
        var next: [String] = []
        var seen: Set<String> = []
        for path in first where seen.insert(path).inserted {
            guard path.hasSuffix(".css"), !path.contains(where: { "?#%\\\"'".contains($0) }) else {
                self.problems.append(
                    BuildProblem(.styles, "Only files whose names end in .css are stylesheets here.", file: path)
                )
                continue
            }
            next.append(path)
        }
        var index = 0
        while index < next.count, self.problems.count < [BuildProblem].shownProblems {
            if isCancelled() { throw CancellationError() }
            let path = next[index]
            index += 1
            guard let file = files[path] else {
                self.problems.append(
                    BuildProblem(.styles, "There is no \(Stylesheet.shown(path)), which a stylesheet imports.")
                )
                continue
            }
            let stylesheet = Stylesheet(path: path, bytes: file.bytes)
            self.read[path] = stylesheet
            self.problems += stylesheet.problems
            next += stylesheet.imports.filter { seen.insert($0).inserted }
        }
    }

    /// The files as the programs of a build get them: stylesheets as they were checked, and nothing in those that were not.
    func staged(_ files: [SourceFile]) -> [SourceFile] {
        files.map { file in
            guard file.path.rawValue.lowercased().hasSuffix(".css") else { return file }
            return SourceFile(path: file.path, bytes: Data(self.read[file.path.rawValue]?.bytes ?? []))
        }
    }
}
