package import Domain

/// A condition on a document.
///
/// A field that is missing equals `null`. Values of different kinds are never equal and never compared: `1`, `"1"` and
/// `true` are three values. Text compares by its UTF-8 bytes; text with a NUL matches nothing. Fields that `equals`,
/// `isIn` and the comparisons name hold single values, never arrays or objects. All of it exists in SQL and in MongoDB.
package indirect enum Filter: Sendable, Equatable {
    case all
    case equals(FieldPath, JSONValue)
    case notEquals(FieldPath, JSONValue)
    /// Never matches for an empty list.
    case isIn(FieldPath, [JSONValue])
    case lessThan(FieldPath, JSONValue)
    case atMost(FieldPath, JSONValue)
    case greaterThan(FieldPath, JSONValue)
    case atLeast(FieldPath, JSONValue)
    /// The field is there and not null.
    case exists(FieldPath)
    case missing(FieldPath)
    /// The field is an array that has this element.
    case contains(FieldPath, JSONValue)
    /// The field is an array of objects, one of which has this value at this key.
    case containsObject(FieldPath, key: String, value: JSONValue)
    case and([Filter])
    case or([Filter])

    package static func && (one: Self, other: Self) -> Self { .and([one, other]) }
    package static func || (one: Self, other: Self) -> Self { .or([one, other]) }
}
