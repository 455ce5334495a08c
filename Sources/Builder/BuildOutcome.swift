package import Domain
import Foundation

/// How a build ended, as the `done_building` tool tells it (spec 03 §4.4, §6.1).
package enum BuildOutcome: Sendable {
    case complete(CompletedBuild)
    /// The app as it was stays; the text tells the model what to mend.
    case failed(FailedBuild)

    /// The text of the tool's result: a JSON document when it is complete, prose when it is not.
    package var toolText: String {
        switch self {
        case .complete(let build): build.toolText
        case .failed(let build): build.text
        }
    }

    package var isComplete: Bool {
        if case .complete = self { true } else { false }
    }
}

package struct CompletedBuild: Sendable, Equatable {
    package let summary: String
    /// Sources and `dist/**`, exactly as they were built.
    package let snapshot: AppSnapshot

    /// The hash over `dist/**` alone; the same sources have the same one on every run.
    package var artifactHash: ContentHash? {
        SourceRevision.hash(of: self.snapshot.files.filter { $0.path.rawValue.hasPrefix("dist/") })
    }

    /// The document of the spec: `{"status":"complete","summary":…,"fileCount":…,"totalBytes":…,"warning":…|null}`, and
    /// the `hash` of the files, by which whoever saves them knows that they are still the ones that were built.
    var toolText: String {
        let hash = self.snapshot.hash.map { $0.rawValue.jsonLiteral } ?? "null"
        let warning = self.snapshot.warning.map(\.jsonLiteral) ?? "null"
        return #"{"status":"complete","summary":\#(self.summary.jsonLiteral),"#
            + #""fileCount":\#(self.snapshot.files.count),"totalBytes":\#(self.snapshot.totalBytes),"#
            + #""hash":\#(hash),"warning":\#(warning)}"#
    }
}

package struct FailedBuild: Sendable, Equatable {
    package let problems: [BuildProblem]

    package init(problems: [BuildProblem]) {
        self.problems = problems
    }

    package var text: String { self.problems.report }
}

/// A step of a build, for whoever watches it.
package struct BuildProgress: Sendable, Equatable {
    package enum Step: String, Sendable {
        /// Only told of when there is something to wait for.
        case wait
        case check, install, types, bundle, styles, save
    }

    package enum State: String, Sendable {
        case started, finished, failed
    }

    package let step: Step
    package let state: State

    /// A few words for people who watch.
    package var line: String {
        let work =
            switch self.step {
            case .wait: "Waiting for other builds"
            case .check: "Checking the files"
            case .install: "Installing packages"
            case .types: "Checking types"
            case .bundle: "Bundling"
            case .styles: "Compiling styles"
            case .save: "Saving the build"
            }
        switch self.state {
        case .started: return work
        case .finished: return work + ": done"
        case .failed: return work + ": failed"
        }
    }
}

extension String {
    /// The text as a JSON string, quotes included.
    var jsonLiteral: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // A string always encodes; if it ever did not, an empty one keeps the document valid.
        guard let bytes = try? encoder.encode(self) else { return "\"\"" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
