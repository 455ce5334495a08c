import Documents
import Domain
import GRDB

/// A query as SQL with bound values: nothing that a caller gave stands in the text.
struct SQLQuery: Sendable {
    let condition: String
    let arguments: StatementArguments
    private let table: String
    private let order: String
    private let limit: Int?
    private let each: String?
    private let body: String

    init(_ query: Query, layout: TableLayout) throws {
        try query.checkParts()
        var builder = SQLConditionBuilder(layout: layout)
        var condition = try builder.condition(query.filter)
        let keys = try query.sort.map { sort in
            (column: try builder.operand(sort.field, isOrder: true), sort.isDescending)
        }
        if let after = query.after { condition += " AND " + (try builder.after(after, query.sort)) }
        if let each = query.firstOfEach {
            condition += " AND \(try builder.operand(each.field)) = each.value"
            // SQLite's JSON ends a text at its first NUL, so such a value would match a shorter one.
            let values = Set(each.values).filter { !$0.utf8.contains(0) }.sorted()
            self.each = try builder.list(values)
        } else {
            self.each = nil
        }
        self.condition = condition
        self.arguments = builder.arguments
        self.body = try Self.body(without: query.omitted)
        self.table = layout.table
        self.order =
            keys.isEmpty ? "" : " ORDER BY " + keys.map { $0.column + ($0.1 ? " DESC" : "") }.joined(separator: ", ")
        self.limit = query.limit
    }

    /// The documents themselves.
    var selectBodies: String { self.select(self.body) }

    func select(_ columns: String) -> String {
        guard let each else {
            let limit = self.limit.map { " LIMIT \(max(0, $0))" } ?? ""
            return "SELECT \(columns) FROM \(self.table) WHERE \(self.condition)\(self.order)\(limit)"
        }
        return """
            SELECT \(columns) FROM \(self.table) WHERE id IN (SELECT (SELECT id FROM \(self.table) WHERE \(self.condition)\
            \(self.order) LIMIT 1) FROM json_each(\(each)) AS each)
            """
    }

    /// The paths stand in the text: they come before the condition, whose values are counted.
    private static func body(without omitted: [FieldPath]) throws -> String {
        guard !omitted.isEmpty else { return "body" }
        let paths = try omitted.map { "'\(try JSONPath($0).text)'" }
        return "json_remove(body, \(paths.joined(separator: ", ")))"
    }
}
