/// What `--check-config` prints: one line a value, names in a column.
enum ConfigurationSummary {
    static func text(_ rows: [(name: String, value: String)]) -> String {
        let width = (rows.map(\.name.count).max() ?? 0) + 2
        return rows.map { row in
            row.name + String(repeating: " ", count: width - row.name.count) + row.value
        }.joined(separator: "\n")
    }
}
