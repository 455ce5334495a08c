package import Domain

/// Changes to one document, applied in order, all or none.
package struct Update: Sendable, Equatable {
    package enum Operation: Sendable, Equatable {
        /// Objects on the way are made when they are missing.
        case set(FieldPath, JSONValue)
        case unset(FieldPath)
        /// A missing field counts as 0. Both operands integers give an integer.
        case increment(FieldPath, JSONValue)
        /// Appends to an array; a missing one is made. Keeps at most the last `keepLast` elements when given.
        case push(FieldPath, [JSONValue], keepLast: Int?)
        /// Removes every element equal to the value.
        case pull(FieldPath, JSONValue)
        /// Removes every object element that has this value at this key.
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
