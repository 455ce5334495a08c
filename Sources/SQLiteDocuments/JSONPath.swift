import Documents

/// A field path in SQLite's JSON path syntax, every segment quoted.
struct JSONPath {
    let text: String

    /// - Throws: `DocumentStoreError.malformed` for segments that could leave their quotes.
    init(_ field: FieldPath) throws(DocumentStoreError) {
        self.text = "$" + (try field.checkedSegments()).map { ".\"\($0)\"" }.joined()
    }
}
