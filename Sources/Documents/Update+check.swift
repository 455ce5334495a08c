import Domain

extension Update {
    /// Refuses what would change `_id`, or one place twice, or nest deeper than a document may.
    package func check() throws(DocumentStoreError) {
        var seen: [[Substring]] = []
        for operation in self.operations {
            let segments = try operation.field.checkedSegments()
            guard segments.first != "_id" else { throw .malformed("_id never changes.") }
            for other in seen where segments.starts(with: other) || other.starts(with: segments) {
                throw .malformed("\(operation.field) is changed twice.")
            }
            guard segments.count + operation.depth <= DocumentLimits.maximumDepth else { throw DocumentLimits.tooDeep }
            seen.append(segments)
        }
    }
}

extension Update.Operation {
    /// The place that it changes.
    package var field: FieldPath {
        switch self {
        case .set(let field, _), .unset(let field), .increment(let field, _), .push(let field, _, _),
            .pull(let field, _), .pullObject(let field, _, _):
            field
        }
    }

    /// Levels of objects and arrays that it brings.
    fileprivate var depth: Int {
        switch self {
        case .set(_, let value): value.depth
        case .push(_, let values, _): JSONValue.array(values).depth
        case .unset, .increment, .pull, .pullObject: 0
        }
    }
}

extension JSONValue {
    fileprivate var depth: Int {
        switch self {
        case .array(let items): 1 + (items.lazy.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.lazy.map(\.depth).max() ?? 0)
        case .null, .bool, .integer, .number, .string: 0
        }
    }
}
