package import Documents
package import Foundation

/// A store that is shown every query before it is asked; a change is a query for the documents that it changes.
package protocol QueryWatchingStore: ForwardingStore {
    func look(at query: Query, in collection: CollectionSchema) async
}

extension QueryWatchingStore {
    package func find(_ query: Query, in collection: CollectionSchema) async throws -> [Data] {
        await self.look(at: query, in: collection)
        return try await self.base.find(query, in: collection)
    }

    package func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        await self.look(at: Query(filter, sort: sort, limit: 1), in: collection)
        return try await self.base.update(where: filter, sort: sort, apply: update, in: collection)
    }

    package func upsert(
        where filter: Filter,
        apply update: Update,
        orInsert document: Data,
        in collection: CollectionSchema
    ) async throws -> Data {
        await self.look(at: Query(filter, limit: 1), in: collection)
        return try await self.base.upsert(where: filter, apply: update, orInsert: document, in: collection)
    }

    package func updateAll(
        where filter: Filter,
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Int {
        await self.look(at: Query(filter), in: collection)
        return try await self.base.updateAll(where: filter, apply: update, in: collection)
    }

    package func delete(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        await self.look(at: Query(filter), in: collection)
        return try await self.base.delete(where: filter, in: collection)
    }

    package func count(where filter: Filter, in collection: CollectionSchema) async throws -> Int {
        await self.look(at: Query(filter), in: collection)
        return try await self.base.count(where: filter, in: collection)
    }
}
