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
    /// Of what matches only the first document in the order of `sort` for each value of a field.
    ///
    /// The answer has no order of its own. Needs a `sort`, and goes with neither `limit` nor `after`; the query is then
    /// malformed.
    package var firstOfEach: FirstOfEach?
    /// Members that are left out of what is returned: large ones that nobody asks for.
    package var omitted: [FieldPath]

    package init(
        _ filter: Filter,
        sort: [Sort] = [],
        limit: Int? = nil,
        after: [JSONValue]? = nil,
        firstOfEach: FirstOfEach? = nil,
        omitting omitted: [FieldPath] = []
    ) {
        self.filter = filter
        self.sort = sort
        self.limit = limit
        self.after = after
        self.firstOfEach = firstOfEach
        self.omitted = omitted
    }

    /// An indexed field that holds text, and the values that are asked for.
    package struct FirstOfEach: Sendable, Equatable {
        package var field: FieldPath
        package var values: [String]

        package init(_ field: FieldPath, of values: [String]) {
            self.field = field
            self.values = values
        }
    }

    /// What the engines refuse alike.
    package func checkParts() throws {
        if let after {
            guard after.count == self.sort.count, !after.isEmpty else {
                throw DocumentStoreError.malformed("A cursor has one value per sort key.")
            }
        }
        guard self.firstOfEach != nil else { return }
        guard !self.sort.isEmpty, self.limit == nil, self.after == nil else {
            throw DocumentStoreError.malformed("The first of each needs an order and takes neither limit nor cursor.")
        }
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
