package import Foundation

/// Where documents are kept (architecture §4).
///
/// Adapters speak to an engine; nothing above this port does. A document is a UTF-8 JSON object whose `_id` is a string;
/// it fits within `DocumentLimits`, and the repositories stay far below. Every operation touches one collection; each change
/// of one document is atomic, and a conditional update is the only way to change state on a condition: the condition is
/// in the filter, never in an earlier read. Times are ISO-8601 text (`Timestamp`), which sorts as it should.
///
/// Failures are `DocumentStoreError`; anything else that is thrown is a fault of the engine.
package protocol DocumentStore: Sendable {
    /// Creates collections and their indexes where they are missing. Called once at start, before anything else.
    func prepare(_ collections: [CollectionSchema]) async throws

    /// Adds a document.
    /// - Throws: `DocumentStoreError.duplicate` naming the unique index that it violates.
    func insert(_ document: Data, into collection: CollectionSchema) async throws

    /// The documents that match, in the order of `query.sort`, at most `query.limit`.
    func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data]

    /// Changes the first document that matches (in the order of `sort`, when given) and returns it as it is afterwards.
    /// - Returns: `nil` when nothing matches: somebody else won, or it was never there.
    func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data?

    /// Changes the document that matches, or inserts `document` when none does; returns the stored one.
    ///
    /// The filter must pin a unique index; a lost race between two inserts is retried inside.
    func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data

    /// Changes every document that matches, one by one; returns how many.
    func updateAll(where filter: Filter, apply update: Update, in collection: CollectionSchema) async throws -> Int

    /// Removes every document that matches; returns how many.
    func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int

    func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int

    /// Changes of a collection from now on, in the order in which they were made, in one bounded stream per caller.
    ///
    /// A reader that is too slow gets `.lost` as its last element: it subscribes again, then reads again.
    func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange>

    /// How the engine would run a query; tests assert that no list scans.
    func explain(_ query: Query, in collection: CollectionSchema) async throws -> QueryPlan

    /// Answers when the engine can be reached; throws otherwise.
    func ping() async throws
}

/// What every engine refuses in the same way.
package enum DocumentStoreError: Error, Equatable, Sendable {
    /// A unique index already has these values.
    case duplicate(index: String)
    /// The bytes are no JSON object with a text `_id`, or an update does not fit the document: it would change `_id`, one
    /// place twice, count on what is no number, or push to what is no array. Nothing was changed.
    case malformed(String)
    /// The document, or what an update would put into it, has more bytes than `DocumentLimits` allow. Nothing was changed.
    case tooLarge(bytes: Int)
    /// The engine cannot work now: disk full, folder read-only, no connection.
    ///
    /// Nothing was changed, as far as can be known: over a network the answer to a change that was made may be lost, so
    /// whoever tries again does it on a condition. The text is one line for the operator's log.
    case unavailable(String)
}

/// One change, for live views.
package enum DocumentChange: Sendable, Equatable {
    case insert(id: String, document: Data)
    case update(id: String, document: Data)
    case delete(id: String)
    /// Changes were dropped because this reader was too slow, or the connection was lost; nothing follows.
    case lost
}

/// Which index an engine uses for a query.
package struct QueryPlan: Sendable, Equatable {
    /// The engine's own words, for the message of a failing test.
    package var detail: String
    /// It reads the whole collection.
    package var scansCollection: Bool
    /// It sorts after reading instead of reading in order.
    package var sortsInMemory: Bool

    package init(detail: String, scansCollection: Bool, sortsInMemory: Bool) {
        self.detail = detail
        self.scansCollection = scansCollection
        self.sortsInMemory = sortsInMemory
    }
}
