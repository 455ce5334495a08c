import Domain
import Foundation

/// All stylesheets that the style compiler would read for an app, found by following imports from the first ones, and
/// what is wrong with them.
///
/// Tailwind runs code: `@plugin` and `@config` name scripts, in any file that it reads, whatever that file is called.
struct StylesheetCheck {
    private var read: [String: Stylesheet] = [:]
    private(set) var problems: [BuildProblem] = []

    /// `first` are the stylesheets that scripts and `index.html` load.
    init(_ first: [String], of sources: AppSnapshot) {
        var next: [String] = []
        for path in first {
            guard path.hasSuffix(".css"), !path.contains(where: { "?#%\\\"'".contains($0) }) else {
                self.problems.append(
                    BuildProblem(.styles, "Only files whose names end in .css are stylesheets here.", file: path)
                )
                continue
            }
            next.append(path)
        }
        var index = 0
        while index < next.count {
            let path = next[index]
            index += 1
            guard self.read[path] == nil else { continue }
            guard let file = sources.file(at: path) else {
                self.problems.append(BuildProblem(.styles, "There is no \(path), which a stylesheet imports."))
                continue
            }
            let stylesheet = Stylesheet(path: path, bytes: file.bytes)
            self.read[path] = stylesheet
            self.problems += stylesheet.problems
            next += stylesheet.imports
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
