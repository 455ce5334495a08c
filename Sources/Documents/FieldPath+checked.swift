extension FieldPath {
    /// The segments, each of which is a plain name.
    ///
    /// - Throws: `DocumentStoreError.malformed` for any other path: no engine is to see a sign that means something to it.
    package func checkedSegments() throws(DocumentStoreError) -> [Substring] {
        let segments = self.segments
        for segment in segments {
            let isPlain = segment.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && scalar != "\"" && scalar != "'" && scalar != "\\" && scalar != "$"
            }
            guard isPlain, !segment.isEmpty else {
                throw .malformed("The field path \(self.rawValue.debugDescription).")
            }
        }
        return segments
    }
}
