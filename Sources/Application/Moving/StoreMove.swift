import Crypto
package import Documents
import Domain
import Foundation

/// Copies every document from one store to another, in either direction, and proves that both hold the same.
///
/// Nothing else may write to either store meanwhile. Documents are copied in the order of their ids, so a copy that was
/// broken off goes on behind the last id that arrived; running it again after it ended copies nothing and proves again.
package struct StoreMove: Sendable {
    /// How far a collection is; told after every page.
    package struct Progress: Sendable, Equatable {
        package enum Phase: Sendable, Equatable {
            case copying
            case verifying
        }

        package var phase: Phase
        package var collection: String
        package var done: Int
        package var total: Int
    }

    /// What was found in the end.
    package struct Outcome: Sendable, Equatable {
        package struct Moved: Sendable, Equatable {
            package var collection: String
            package var count: Int
            /// Documents of this run; the others were there from an earlier one.
            package var copied: Int
            /// SHA-256 over all documents in the order of their ids, in hexadecimal.
            package var digest: String
        }

        package var collections: [Moved]
    }

    package enum Failure: Error, Equatable, Sendable {
        /// The destination has a document that the source has not, or has otherwise: it belongs to something else. Told
        /// before anything is written.
        case destinationInUse(collection: String, id: String)
        /// After copying, the two differ at this document: somebody wrote meanwhile.
        case different(collection: String, id: String)
    }

    /// A page holds at most this many documents: with blobs of 1 MiB, some tens of megabytes.
    static let pageSize = 32

    private let source: any DocumentStore
    private let destination: any DocumentStore
    private let collections: [CollectionSchema]

    package init(
        from source: any DocumentStore,
        to destination: any DocumentStore,
        collections: [CollectionSchema] = Collections.all
    ) {
        self.source = source
        self.destination = destination
        self.collections = collections
    }

    /// Both stores are prepared.
    ///
    /// Cancellation stops between two documents; nothing is lost by it.
    package func run(progress: @Sendable (Progress) -> Void) async throws -> Outcome {
        for collection in self.collections { try await self.refuseStrangers(in: collection) }
        var copied: [Int] = []
        for collection in self.collections { try await copied.append(self.copy(collection, progress)) }
        var moved: [Outcome.Moved] = []
        for (collection, copied) in zip(self.collections, copied) {
            let (count, digest) = try await self.verify(collection, progress)
            moved.append(.init(collection: collection.name, count: count, copied: copied, digest: digest))
        }
        return Outcome(collections: moved)
    }

    /// The first and the last document of the destination have to be the source's.
    private func refuseStrangers(in collection: CollectionSchema) async throws {
        for order in [Sort.ascending("_id"), .descending("_id")] {
            let query = Query(.all, sort: [order], limit: 1)
            guard let bytes = try await self.destination.find(query, in: collection).first else { continue }
            let found = try StoredDocument(bytes)
            let original = try await self.source.find(
                Query(.equals("_id", .string(found.id)), limit: 1),
                in: collection
            )
            guard try original.first.map({ try StoredDocument($0) }) == found else {
                throw Failure.destinationInUse(collection: collection.name, id: found.id)
            }
        }
    }

    private func copy(_ collection: CollectionSchema, _ progress: @Sendable (Progress) -> Void) async throws -> Int {
        let total = try await self.source.count(where: .all, in: collection)
        var done = try await self.destination.count(where: .all, in: collection)
        let last = Query(.all, sort: [.descending("_id")], limit: 1)
        var cursor = try await self.destination.find(last, in: collection).first.map { try StoredDocument($0).id }
        var copied = 0
        while true {
            let page = try await Self.page(of: collection, in: self.source, after: cursor)
            for document in page {
                try Task.checkCancellation()
                try await self.destination.insert(document.bytes, into: collection)
            }
            copied += page.count
            done += page.count
            progress(Progress(phase: .copying, collection: collection.name, done: done, total: total))
            guard page.count == Self.pageSize else { return copied }
            cursor = page.last?.id
        }
    }

    private func verify(
        _ collection: CollectionSchema,
        _ progress: @Sendable (Progress) -> Void
    ) async throws -> (count: Int, digest: String) {
        let total = try await self.source.count(where: .all, in: collection)
        var digest = SHA256()
        var count = 0
        var cursor: String?
        while true {
            try Task.checkCancellation()
            let original = try await Self.page(of: collection, in: self.source, after: cursor)
            let copy = try await Self.page(of: collection, in: self.destination, after: cursor)
            if let difference = Self.firstDifference(original, copy) {
                throw Failure.different(collection: collection.name, id: difference)
            }
            for document in original { digest.update(data: document.hash) }
            count += original.count
            progress(Progress(phase: .verifying, collection: collection.name, done: count, total: total))
            guard original.count == Self.pageSize else {
                return (
                    count, digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                )
            }
            cursor = original.last?.id
        }
    }

    private static func firstDifference(_ some: [StoredDocument], _ others: [StoredDocument]) -> String? {
        for (one, other) in zip(some, others) where one != other { return min(one.id, other.id) }
        guard some.count != others.count else { return nil }
        return (some.count > others.count ? some[others.count] : others[some.count]).id
    }

    private static func page(
        of collection: CollectionSchema,
        in store: any DocumentStore,
        after id: String?
    ) async throws -> [StoredDocument] {
        let query = Query(.all, sort: [.ascending("_id")], limit: self.pageSize, after: id.map { [.string($0)] })
        return try await store.find(query, in: collection).map { try StoredDocument($0) }
    }
}

/// A document with its id and the hash of its canonical form: engines keep the members in orders of their own.
private struct StoredDocument: Equatable {
    let id: String
    let bytes: Data
    let hash: Data

    init(_ bytes: Data) throws {
        let value = try JSONValue(parsing: bytes)
        guard let id = value["_id"]?.string else { throw DocumentStoreError.malformed("A document has no _id.") }
        self.id = id
        self.bytes = bytes
        self.hash = Data(SHA256.hash(data: try value.encoded()))
    }

    static func == (one: Self, other: Self) -> Bool { one.id == other.id && one.hash == other.hash }
}
