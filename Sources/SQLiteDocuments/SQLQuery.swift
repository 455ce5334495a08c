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

    init(_ query: Query, layout: TableLayout) throws {
        var builder = SQLConditionBuilder(layout: layout)
        var condition = try builder.condition(query.filter)
        let keys = try query.sort.map { sort in
            (column: try builder.operand(sort.field, isOrder: true), sort.isDescending)
        }
        if let after = query.after {
            guard after.count == query.sort.count, !after.isEmpty else {
                throw DocumentStoreError.malformed("A cursor has one value per sort key.")
            }
            condition += " AND " + (try builder.after(after, query.sort))
        }
        self.condition = condition
        self.arguments = builder.arguments
        self.table = layout.table
        self.order =
            keys.isEmpty ? "" : " ORDER BY " + keys.map { $0.column + ($0.1 ? " DESC" : "") }.joined(separator: ", ")
        self.limit = query.limit
    }

    func select(_ columns: String) -> String {
        "SELECT \(columns) FROM \(self.table) WHERE \(self.condition)\(self.order)\(self.limit.map { " LIMIT \(max(0, $0))" } ?? "")"
    }
}
