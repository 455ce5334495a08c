import Documents

/// A field path in SQLite's JSON path syntax, every segment quoted.
struct JSONPath {
    let text: String

    /// - Throws: `DocumentStoreError.malformed` for segments that could leave their quotes.
    init(_ field: FieldPath) throws(DocumentStoreError) {
        guard !field.segments.isEmpty else { throw .malformed("An empty field path.") }
        var text = "$"
        for segment in field.segments {
            let isPlain = segment.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && scalar != "\"" && scalar != "'" && scalar != "\\" && scalar != "$"
            }
            guard isPlain, !segment.isEmpty else {
                throw .malformed("The field path \(field.rawValue.debugDescription).")
            }
            text += ".\"\(segment)\""
        }
        self.text = text
    }
}
