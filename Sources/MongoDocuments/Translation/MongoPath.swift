import Documents

/// A field path in MongoDB's dotted syntax.
struct MongoPath {
    let text: String
    /// The paths of the objects on the way; none of them may be an array, into which MongoDB would look.
    let ways: [String]

    init(_ field: FieldPath) throws(DocumentStoreError) {
        let names = try field.checkedSegments().map { StoredName.encode($0) }
        self.text = names.joined(separator: ".")
        self.ways = names.indices.dropLast().map { names[...$0].joined(separator: ".") }
    }
}
