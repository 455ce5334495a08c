import Documents
import Domain

/// The condition of a partial index, whose values SQLite wants in the text; they come from `Collections.swift` only.
struct SQLLiteralCondition {
    let text: String

    init(_ filter: Filter, layout: TableLayout) throws {
        self.text = try Self.render(filter, layout)
    }

    private static func render(_ filter: Filter, _ layout: TableLayout) throws -> String {
        func operand(_ field: FieldPath) throws -> String {
            try layout.column(of: field) ?? "json_extract(body, '\(JSONPath(field).text)')"
        }
        switch filter {
        case .exists(let field): return "\(try operand(field)) IS NOT NULL"
        case .missing(let field): return "\(try operand(field)) IS NULL"
        case .equals(let field, .string(let text)):
            return "\(try operand(field)) = '\(text.replacing("'", with: "''"))'"
        case .and(let filters): return try filters.map { try self.render($0, layout) }.joined(separator: " AND ")
        default: throw DocumentStoreError.malformed("A partial index knows exists, missing and equal text.")
        }
    }
}
