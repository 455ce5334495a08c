import Documents
import Domain
import GRDB

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
            return "NOT coalesce(\(try self.equals(field, value)), 0)"
        case .isIn(let field, let values):
            return try self.isIn(field, values)
        case .lessThan(let field, let value): return try self.compare(field, "<", value)
        case .atMost(let field, let value): return try self.compare(field, "<=", value)
        case .greaterThan(let field, let value): return try self.compare(field, ">", value)
        case .atLeast(let field, let value): return try self.compare(field, ">=", value)
        case .exists(let field): return "\(try self.operand(field)) IS NOT NULL"
        case .missing(let field): return "\(try self.operand(field)) IS NULL"
        case .contains(let field, let value):
            // `json_each` would also walk an object's members, or yield a single value as if it were an element.
            return """
                (json_type(body, \(try self.bindPath(field))) IS 'array' AND \
                EXISTS (SELECT 1 FROM json_each(body, \(try self.bindPath(field))) AS item WHERE \
                item.value IS \(try self.bind(value)) AND item.type IN (\(try Self.kinds(of: value)))))
                """
        case .containsObject(let field, let key, let value):
            return """
                (json_type(body, \(try self.bindPath(field))) IS 'array' AND \
                EXISTS (SELECT 1 FROM json_each(body, \(try self.bindPath(field))) AS item WHERE \
                CASE item.type WHEN 'object' THEN json_extract(item.value, \(try self.bindPath(FieldPath(key)))) \
                IS \(try self.bind(value)) AND coalesce(json_type(item.value, \(try self.bindPath(FieldPath(key)))), 'null') \
                IN (\(try Self.kinds(of: value))) ELSE 0 END))
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

    /// Texts as one JSON array, for `json_each`.
    mutating func list(_ texts: [String]) throws -> String {
        try self.bind(.string(String(decoding: JSONValue.array(texts.map { .string($0) }).encoded(), as: UTF8.self)))
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
        case .integer, .number:
            // Without the type, true would equal 1.
            let column = try self.operand(field)
            let mark = try self.bind(value)
            return "(\(column) = \(mark) AND json_type(body, \(try self.bindPath(field))) IN ('integer', 'real'))"
        case .string(let text):
            // SQLite's JSON ends a text at its first NUL, so such a value would match a shorter one.
            guard !text.utf8.contains(0) else { return "0" }
            return "\(try self.operand(field)) = \(try self.bind(value))"
        case .array, .object:
            throw DocumentStoreError.malformed("Filters take text, numbers, booleans and null.")
        }
    }

    /// Texts in one list, which an index can serve; the other kinds one by one.
    private mutating func isIn(_ field: FieldPath, _ values: [JSONValue]) throws -> String {
        var alternatives: [String] = []
        let texts = values.filter { value in value.string.map { !$0.utf8.contains(0) } ?? false }
        if !texts.isEmpty {
            let column = try self.operand(field)
            let marks = try texts.map { try self.bind($0) }
            alternatives.append("\(column) IN (\(marks.joined(separator: ", ")))")
        }
        for value in values where value.string == nil { alternatives.append(try self.equals(field, value)) }
        return alternatives.isEmpty ? "0" : "(" + alternatives.joined(separator: " OR ") + ")"
    }

    /// The names that SQLite has for the value's JSON type, as a list.
    private static func kinds(of value: JSONValue) throws -> String {
        switch value {
        case .null: "'null'"
        case .bool(let flag): "'\(flag)'"
        case .integer, .number: "'integer', 'real'"
        case .string: "'text'"
        case .array, .object: throw DocumentStoreError.malformed("Filters take text, numbers, booleans and null.")
        }
    }

    private mutating func compare(_ field: FieldPath, _ sign: String, _ value: JSONValue) throws -> String {
        switch value {
        case .string, .integer, .number: break
        default: throw DocumentStoreError.malformed("Only text and numbers can be compared.")
        }
        if value.string?.utf8.contains(0) == true { return "0" }
        let column = try self.operand(field)
        let mark = try self.bind(value)
        // Values of one kind only, as in every engine; the JSON type, because SQLite takes false for 0.
        let kinds = try Self.kinds(of: value)
        return "(\(column) \(sign) \(mark) AND json_type(body, \(try self.bindPath(field))) IN (\(kinds)))"
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
