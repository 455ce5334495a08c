import Domain
import Foundation

/// What an app's `package.json` asks for.
struct PackageManifest: Decodable, Equatable {
    /// What the embedded toolchain brings, and what an app may name without having it used.
    static let provided: Set<String> = [
        "react", "react-dom", "scheduler", "typescript", "tailwindcss", "@tailwindcss/cli",
        "@types/react", "@types/react-dom", "esbuild",
    ]

    /// `dependencies`, `devDependencies` and `optionalDependencies` together.
    let dependencies: [String: String]
    /// npm installs them too, those that are not optional.
    let peerDependencies: [String: String]
    let scripts: [String: String]
    /// Whether folders of the app are packages of their own, which npm installs with all that they ask for.
    let hasWorkspaces: Bool
    /// Other versions than those that packages ask for.
    let overrides: JSONValue?
    /// A key that stands twice in one object, of which npm takes the one that is not read here.
    private(set) var repeatedKey: String?

    init(parsing bytes: Data) throws {
        self = try JSONDecoder().decode(Self.self, from: bytes)
        self.repeatedKey = RepeatedKeys.first(in: bytes)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var all: [String: String] = [:]
        for key in [CodingKeys.optionalDependencies, .devDependencies, .dependencies] {
            all.merge(try container.decodeIfPresent([String: String].self, forKey: key) ?? [:]) { $1 }
        }
        self.dependencies = all
        self.peerDependencies =
            try container.decodeIfPresent([String: String].self, forKey: .peerDependencies) ?? [:]
        self.hasWorkspaces = try container.contains(.workspaces) && !container.decodeNil(forKey: .workspaces)
        self.overrides = try container.decodeIfPresent(JSONValue.self, forKey: .overrides)
        self.scripts = try container.decodeIfPresent([String: String].self, forKey: .scripts) ?? [:]
    }

    /// The declared packages that the toolchain does not have, in order.
    var unprovided: [String] {
        self.dependencies.keys.filter { !Self.provided.contains($0) }.sorted()
    }

    /// Says that packages are missing, by name, and what to do.
    static func refusal(of names: [String]) -> BuildProblem {
        let list = names.map(\.visible).joined(separator: ", ")
        return BuildProblem(
            .checks,
            """
            package.json declares packages that are not available here: \(list). This workspace builds without a \
            package registry; react, react-dom, TypeScript and Tailwind are there. Remove the packages from \
            package.json and write the part yourself with the components in src/components/ui.
            """,
            file: "package.json"
        )
    }

    /// What stands at its place is no file that could be read.
    static let notPlain = BuildProblems([
        BuildProblem(
            .checks,
            "package.json must be a plain file of at most \(SnapshotRules.maximumFileBytes) bytes.",
            file: "package.json"
        )
    ])

    private enum CodingKeys: String, CodingKey {
        case dependencies, devDependencies, optionalDependencies, peerDependencies, scripts, workspaces, overrides
    }
}
