package import Foundation
import Synchronization

/// Makes any store one that tells of changes: of this process's own before they return, of others' as they are seen.
///
/// For engines that several processes share. `run` watches the engine and has to run for as long as the store is used;
/// until it stands, and whenever it lost the thread, counts are closed and everything is read from the engine.
package final class TellingStore: ForwardingStore, ImmediateChanges {
    package let base: any DocumentStore
    private let clock: any Clock<Duration>
    private let counts = Mutex<[(collections: [CollectionSchema], count: ChangeCount)]>([])

    package init(_ base: any DocumentStore, clock: any Clock<Duration> = ContinuousClock()) {
        self.base = base
        self.clock = clock
    }

    package func countChanges(of collections: [CollectionSchema]) -> ChangeCount {
        let count = ChangeCount(isOpen: false)
        self.counts.withLock { $0.append((collections, count)) }
        return count
    }

    /// Watches until it is cancelled; counts that were asked for later are not watched.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for (collections, count) in self.counts.withLock({ $0 }) {
                group.addTask { await self.watch(collections, count) }
            }
        }
    }

    /// Open only while every collection of the count is watched.
    private func watch(_ collections: [CollectionSchema], _ count: ChangeCount) async {
        while !Task.isCancelled {
            do {
                var streams: [AsyncStream<DocumentChange>] = []
                for collection in collections { streams.append(try await self.base.changes(of: collection)) }
                count.open()
                await withTaskGroup(of: Void.self) { group in
                    for stream in streams {
                        group.addTask {
                            for await change in stream {
                                guard change != .lost else { return }
                                count.advance()
                            }
                        }
                    }
                    // The first that ends ends the watch; nothing is kept until it stands again.
                    await group.next()
                    count.close()
                    group.cancelAll()
                }
            } catch {
                // The engine is not there; it is asked again below, and its own calls say so to whoever needs it.
            }
            count.close()
            // Cancelled: the loop ends.
            try? await self.clock.sleep(for: .seconds(1))
        }
    }

    /// The outcome of a change that failed is unknown: it counts too.
    private func changing<Result>(
        _ collection: CollectionSchema,
        _ change: () async throws -> Result
    ) async rethrows -> Result {
        defer {
            for (collections, count) in self.counts.withLock({ $0 })
            where collections.contains(where: { $0.name == collection.name }) {
                count.advance()
            }
        }
        return try await change()
    }

    // MARK: - Changes

    package func insert(_ document: Data, into collection: CollectionSchema) async throws {
        try await self.changing(collection) { try await self.base.insert(document, into: collection) }
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        try await self.changing(collection) {
            try await self.base.update(where: filter, sort: sort, apply: update, in: collection)
        }
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        try await self.changing(collection) {
            try await self.base.upsert(where: filter, apply: update, orInsert: document, in: collection)
        }
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        try await self.changing(collection) {
            try await self.base.updateAll(where: filter, apply: update, in: collection)
        }
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        try await self.changing(collection) { try await self.base.delete(where: filter, in: collection) }
    }
}
