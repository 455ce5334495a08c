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

/// Turns filters into SQL, collecting the values in the order of their question marks.
struct SQLConditionBuilder {
    let layout: TableLayout
    private(set) var arguments = StatementArguments()

    init(layout: TableLayout) {
        self.layout = layout
    }

    mutating func condition(_ filter: Filter) throws -> String {
        switch filter {
        case .all:
            return "1"
        case .equals(let field, let value):
            return try self.equals(field, value)
        case .notEquals(let field, let value):
            return "NOT (\(try self.equals(field, value)))"
        case .isIn(let field, let values):
            guard !values.isEmpty else { return "0" }
            let column = try self.operand(field)
            let marks = try values.map { value in try self.bind(value) }
            return "\(column) IN (\(marks.joined(separator: ", ")))"
        case .lessThan(let field, let value): return try self.compare(field, "<", value)
        case .atMost(let field, let value): return try self.compare(field, "<=", value)
        case .greaterThan(let field, let value): return try self.compare(field, ">", value)
        case .atLeast(let field, let value): return try self.compare(field, ">=", value)
        case .exists(let field): return "\(try self.operand(field)) IS NOT NULL"
        case .missing(let field): return "\(try self.operand(field)) IS NULL"
        case .contains(let field, let value):
            let path = try self.bindPath(field)
            return "EXISTS (SELECT 1 FROM json_each(body, \(path)) AS item WHERE item.value = \(try self.bind(value)))"
        case .containsObject(let field, let key, let value):
            let path = try self.bindPath(field)
            let keyPath = try self.bindPath(FieldPath(key))
            return """
                EXISTS (SELECT 1 FROM json_each(body, \(path)) AS item WHERE \
                CASE item.type WHEN 'object' THEN json_extract(item.value, \(keyPath)) = \(try self.bind(value)) ELSE 0 END)
                """
        case .and(let filters):
            return filters.isEmpty
                ? "1" : "(" + (try filters.map { try self.condition($0) }.joined(separator: " AND ")) + ")"
        case .or(let filters):
            return filters.isEmpty
                ? "0" : "(" + (try filters.map { try self.condition($0) }.joined(separator: " OR ")) + ")"
        }
    }

    /// What comes after a place in the order: `a > x OR (a = x AND b > y)`, or a row comparison where all keys run one way.
    mutating func after(_ place: [JSONValue], _ sort: [Sort]) throws -> String {
        if Set(sort.map(\.isDescending)).count == 1, let first = sort.first {
            let columns = try sort.map { try self.operand($0.field) }
            let marks = try place.map { try self.bind($0) }
            return
                "(\(columns.joined(separator: ", "))) \(first.isDescending ? "<" : ">") (\(marks.joined(separator: ", ")))"
        }
        var alternatives: [String] = []
        for depth in sort.indices {
            var terms: [String] = []
            for index in 0..<depth {
                terms.append("\(try self.operand(sort[index].field)) = \(try self.bind(place[index]))")
            }
            let sign = sort[depth].isDescending ? "<" : ">"
            terms.append("\(try self.operand(sort[depth].field)) \(sign) \(try self.bind(place[depth]))")
            alternatives.append("(" + terms.joined(separator: " AND ") + ")")
        }
        return "(" + alternatives.joined(separator: " OR ") + ")"
    }

    /// The column, or the extraction from the body with a bound path.
    mutating func operand(_ field: FieldPath, isOrder: Bool = false) throws -> String {
        if let column = self.layout.column(of: field) { return column }
        // An order's path stands in the text: its place among the arguments would come after the limit's.
        if isOrder { return "json_extract(body, '\(try JSONPath(field).text)')" }
        return "json_extract(body, \(try self.bindPath(field)))"
    }

    private mutating func equals(_ field: FieldPath, _ value: JSONValue) throws -> String {
        switch value {
        case .null: return "\(try self.operand(field)) IS NULL"
        case .bool(let flag):
            // SQLite has no booleans: without the type, 1 would equal true.
            let path = try self.bindPath(field)
            return "json_type(body, \(path)) IS '\(flag)'"
        default:
            let column = try self.operand(field)
            return "\(column) IS \(try self.bind(value))"
        }
    }

    private mutating func compare(_ field: FieldPath, _ sign: String, _ value: JSONValue) throws -> String {
        let kinds: String
        switch value {
        case .string: kinds = "'text'"
        case .integer, .number: kinds = "'integer', 'real'"
        default: throw DocumentStoreError.malformed("Only text and numbers can be compared.")
        }
        let column = try self.operand(field)
        let mark = try self.bind(value)
        // Values of one kind only, as in every engine.
        return "(\(column) \(sign) \(mark) AND typeof(\(try self.operand(field))) IN (\(kinds)))"
    }

    private mutating func bindPath(_ field: FieldPath) throws -> String {
        self.arguments += [try JSONPath(field).text]
        return "?"
    }

    private mutating func bind(_ value: JSONValue) throws -> String {
        switch value {
        case .string(let text): self.arguments += [text]
        case .integer(let number): self.arguments += [number]
        case .number(let number): self.arguments += [number]
        case .bool(let flag): self.arguments += [flag ? 1 : 0]
        case .null: self.arguments += [nil as String?]
        case .array, .object: throw DocumentStoreError.malformed("Filters take text, numbers, booleans and null.")
        }
        return "?"
    }
}

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
