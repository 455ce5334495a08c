package import Domain

/// Which documents, in which order, how many.
package struct Query: Sendable, Equatable {
    package var filter: Filter
    package var sort: [Sort]
    package var limit: Int?
    /// Only what comes after this place in the order of `sort`.
    ///
    /// Its values are those of the last document seen, in the order of `sort`, whose last key must be unique (usually
    /// `_id`). Every document has these keys, each with values of one kind; a place with a null has nothing after it.
    package var after: [JSONValue]?

    package init(_ filter: Filter, sort: [Sort] = [], limit: Int? = nil, after: [JSONValue]? = nil) {
        self.filter = filter
        self.sort = sort
        self.limit = limit
        self.after = after
    }
}

/// One key of an order.
package struct Sort: Sendable, Equatable {
    package var field: FieldPath
    package var isDescending: Bool

    package static func ascending(_ field: FieldPath) -> Self { Self(field: field, isDescending: false) }
    package static func descending(_ field: FieldPath) -> Self { Self(field: field, isDescending: true) }
}

/// A dotted path into a document: `streamLease.id`.
///
/// Segments are names of object members, never empty, without dot, dollar, quotes, backslash or control characters; an
/// operation on any other path throws `DocumentStoreError.malformed`.
package struct FieldPath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral rawValue: String) {
        self.rawValue = rawValue
    }

    package var segments: [Substring] { self.rawValue.split(separator: ".", omittingEmptySubsequences: false) }
    package var description: String { self.rawValue }
}
