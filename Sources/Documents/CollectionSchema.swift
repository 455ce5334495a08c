/// A collection's name and indexes, declared once (`Collections.swift`) and the same in every engine.
///
/// Every document has all fields of a unique index: engines differ on whether two missing values collide.
package struct CollectionSchema: Sendable, Equatable {
    package struct Index: Sendable, Equatable {
        /// Stable: it appears in `DocumentStoreError.duplicate` and in the engines.
        package var name: String
        package var keys: [Sort]
        package var isUnique: Bool
        /// Only documents that match are in the index; made of `exists`, `missing`, `equals` text and `and`.
        package var partial: Filter?
        /// The documents are removed this many seconds after the time in the (single) key.
        package var expiresAfterSeconds: Int?

        package init(
            _ name: String,
            _ keys: [Sort],
            unique: Bool = false,
            partial: Filter? = nil,
            expiresAfterSeconds: Int? = nil
        ) {
            self.name = name
            self.keys = keys
            self.isUnique = unique
            self.partial = partial
            self.expiresAfterSeconds = expiresAfterSeconds
        }
    }

    package var name: String
    package var indexes: [Index]

    package init(_ name: String, indexes: [Index]) {
        self.name = name
        self.indexes = indexes
    }
}
