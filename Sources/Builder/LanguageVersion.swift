import Foundation

/// The version of TypeScript that a toolchain checks apps with, and what a model must know of it before it writes.
///
/// Taken from the compiler itself, so that it cannot differ from what refuses or accepts an app.
struct LanguageVersion: Sendable, Comparable {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The compiler names itself near its beginning; later places talk of other versions.
    private static let searched = 1 << 20

    /// `nil` when the program cannot be read or does not name its version.
    init?(compiler program: String) {
        guard let file = FileHandle(forReadingAtPath: program) else { return nil }
        // What cannot be read says nothing; the check itself then fails with a reason.
        let read = try? file.read(upToCount: Self.searched)
        try? file.close()  // Nothing was written.
        let text = String(decoding: read ?? Data(), as: UTF8.self)
        guard let match = text.firstMatch(of: #/versionMajorMinor = "(?<major>\d{1,3})\.(?<minor>\d{1,3})"/#),
            let major = Int(match.output.major), let minor = Int(match.output.minor)
        else { return nil }
        self.init(major, minor)
    }

    static func < (one: Self, other: Self) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    /// A piece of the language that models like to write, and the version that brought it.
    struct Feature: Sendable {
        let name: String
        let since: LanguageVersion
    }

    static let features = [
        Feature(name: "`satisfies`", since: LanguageVersion(4, 9)),
        Feature(name: "`accessor` fields", since: LanguageVersion(4, 9)),
        Feature(name: "`const` type parameters", since: LanguageVersion(5, 0)),
        Feature(name: "`export type *`", since: LanguageVersion(5, 0)),
        Feature(name: "`using`", since: LanguageVersion(5, 2)),
        Feature(name: "import attributes (`with { type: … }`)", since: LanguageVersion(5, 3)),
        Feature(name: "`NoInfer`", since: LanguageVersion(5, 4)),
    ]

    var missingFeatures: [Feature] { Self.features.filter { self < $0.since } }

    /// For the system prompt.
    var briefing: String {
        let missing = self.missingFeatures.map { "no " + $0.name }.joined(separator: ", ")
        return """
            # Type check
            `done_building` checks with TypeScript \(self.major).\(self.minor). Write nothing newer\
            \(missing.isEmpty ? "." : ": \(missing).")
            """
    }
}
