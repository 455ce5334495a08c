import Documents
import GRDB

/// How a collection lies in SQLite: table, generated columns, indexes.
struct TableLayout: Sendable {
    let name: String
    private let schema: CollectionSchema
    private let indexed: Set<FieldPath>

    init(_ schema: CollectionSchema) {
        self.schema = schema
        self.name = schema.name
        self.indexed = Set(schema.indexes.flatMap { $0.keys.map(\.field) })
    }

    var table: String { "\"\(self.name)\"" }

    /// The column that holds the field, `nil` when the field has to be extracted from the body.
    func column(of field: FieldPath) -> String? {
        if field.rawValue == "_id" { return "id" }
        guard self.indexed.contains(field) else { return nil }
        return Self.columnName(field)
    }

    func create(in database: Database) throws {
        try database.execute(
            sql:
                "CREATE TABLE IF NOT EXISTS \(self.table) (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL CHECK (json_valid(body)))"
        )
        let present = Set(
            try Row.fetchAll(database, sql: "PRAGMA table_xinfo(\(self.table))").map { row in row["name"] as String }
        )
        for field in self.indexed.sorted(by: { $0.rawValue < $1.rawValue }) where field.rawValue != "_id" {
            let column = Self.columnName(field).filter { $0 != "\"" }
            guard !present.contains(column) else { continue }
            let path = try JSONPath(field).text
            try database.execute(
                sql: """
                    ALTER TABLE \(self.table) ADD COLUMN "\(column)" GENERATED ALWAYS AS (json_extract(body, '\(path)')) VIRTUAL
                    """
            )
        }
        try self.createIndexes(in: database)
    }

    /// Makes the indexes that are missing, and drops those that were declared otherwise before.
    ///
    /// A unique one would go on refusing. Indexes of the operator have names without the collection's and stay.
    private func createIndexes(in database: Database) throws {
        var wanted: [String: String] = [:]
        for index in self.schema.indexes { wanted["\(self.name).\(index.name)"] = try self.statement(of: index) }
        let present = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            arguments: [self.name]
        )
        for row in present {
            let name: String = row["name"]
            guard name.hasPrefix("\(self.name).") else { continue }
            if wanted[name] == row["sql"] {
                wanted[name] = nil
            } else {
                try database.execute(sql: "DROP INDEX \(name.quotedDatabaseIdentifier)")
            }
        }
        for statement in wanted.values { try database.execute(sql: statement) }
    }

    /// As the engine keeps it, so that the two can be compared.
    private func statement(of index: CollectionSchema.Index) throws -> String {
        let keys = index.keys.map { sort in
            (self.column(of: sort.field) ?? "id") + (sort.isDescending ? " DESC" : "")
        }
        let condition = try index.partial.map { " WHERE " + (try SQLLiteralCondition($0, layout: self).text) } ?? ""
        return """
            CREATE \(index.isUnique ? "UNIQUE " : "")INDEX "\(self.name).\(index.name)" \
            ON \(self.table) (\(keys.joined(separator: ", ")))\(condition)
            """
    }

    /// Which unique index SQLite's message is about; it names the columns.
    func violatedIndex(in message: String) -> String {
        for index in self.schema.indexes where index.isUnique {
            let columns = index.keys.map { "\(self.name)." + (self.column(of: $0.field) ?? "id").filter { $0 != "\"" } }
            if message.hasSuffix(": " + columns.joined(separator: ", ")) { return index.name }
        }
        return "_id"
    }

    private static func columnName(_ field: FieldPath) -> String {
        "\"f_\(field.rawValue.replacing(".", with: "_"))\""
    }
}
