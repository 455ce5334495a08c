/// What the type checker answers on one line; the shapes are those of `Toolchain/check/type-check.js`.
struct TypeCheckAnswer: Decodable, Sendable {
    struct Problem: Decodable, Sendable {
        let message: String
        let code: String
        let file: String?
        let line: Int?
        let column: Int?
        let source: String?

        var problem: BuildProblem {
            BuildProblem(
                .types,
                "\(self.message) (\(self.code))",
                file: self.file,
                line: self.line,
                column: self.column,
                sourceLine: self.source
            )
        }
    }

    let id: Int
    /// All errors, of which `problems` has the first.
    let total: Int
    let problems: [Problem]
    /// The checker's own failure.
    let failure: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.id = try container.decode(Int.self, forKey: .id)
        self.problems = try container.decodeIfPresent([Problem].self, forKey: .problems) ?? []
        self.total = try container.decodeIfPresent(Int.self, forKey: .total) ?? self.problems.count
        self.failure = try container.decodeIfPresent(String.self, forKey: .failure)
    }

    /// One line for those that were left out.
    var remainder: [BuildProblem] {
        let left = self.total - self.problems.count
        return left > 0 ? [BuildProblem(.types, "… and \(left) more type errors.")] : []
    }

    private enum CodingKeys: String, CodingKey {
        case id, total, problems, failure
    }
}
