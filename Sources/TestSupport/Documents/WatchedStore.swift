package import Documents
import Synchronization

/// A store that notes what it is asked, and may prepare other indexes than it is told.
package final class WatchedStore: QueryWatchingStore {
    package struct Question: Sendable {
        package var query: Query
        package var collection: CollectionSchema
    }

    package let base: any DocumentStore
    private let questions = Mutex<[Question]>([])
    private let preparing: @Sendable (CollectionSchema) -> CollectionSchema

    package init(
        _ base: any DocumentStore,
        preparing: @escaping @Sendable (CollectionSchema) -> CollectionSchema = { $0 }
    ) {
        self.base = base
        self.preparing = preparing
    }

    package var seen: [Question] { self.questions.withLock { $0 } }

    package func look(at query: Query, in collection: CollectionSchema) {
        self.questions.withLock { $0.append(Question(query: query, collection: collection)) }
    }

    package func prepare(_ collections: [CollectionSchema]) async throws {
        try await self.base.prepare(collections.map(self.preparing))
    }
}
