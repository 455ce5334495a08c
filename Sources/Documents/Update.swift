package import Domain

/// Changes to one document, all or none.
///
/// Every operation sees the document as it was before; no two may touch the same place or a place inside another's.
package struct Update: Sendable, Equatable {
    package enum Operation: Sendable, Equatable {
        /// Objects on the way are made when they are missing.
        case set(FieldPath, JSONValue)
        case unset(FieldPath)
        /// A missing field counts as 0, one that is no number refuses. Both operands integers give an integer.
        case increment(FieldPath, JSONValue)
        /// Appends to an array; a missing one is made, a field that is no array refuses.
        ///
        /// Keeps at most the last `keepLast` elements when given.
        case push(FieldPath, [JSONValue], keepLast: Int?)
        /// Removes every element equal to the value, a text, number, boolean or null; no array, no change.
        case pull(FieldPath, JSONValue)
        /// Removes every object element that has this value at this key; no array, no change.
        case pullObject(FieldPath, key: String, value: JSONValue)
    }

    package var operations: [Operation]

    package init(_ operations: [Operation]) {
        self.operations = operations
    }

    package init(_ operations: Operation...) {
        self.operations = operations
    }
}
