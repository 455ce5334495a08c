import Documents
import Domain
import Foundation
import TestSupport
import Testing

@testable import MongoDocuments

extension MongoSuites {
    /// What a caller gives is never more than a value to the server.
    @Suite struct AttackTests {
        private static let schema = CollectionSchema(
            "things",
            indexes: [.init("key", [.ascending("key")], unique: true)]
        )

        private func store(_ documents: [String]) async throws -> MongoDocumentStore {
            let store = try MongoSuites.store()
            try await store.prepare([Self.schema])
            for document in documents { try await store.insert(Data(document.utf8), into: Self.schema) }
            return store
        }

        @Test func operatorsInDocumentsAreStoredAsTheyAre() async throws {
            let attack = #"{"_id":"a","key":{"$gt":""},"$where":"sleep(1000)","f":{"$set":{"admin":true},"$ref":"x"}}"#
            let store = try await self.store([attack])
            let found = try await store.find(Query(.text("_id", "a")), in: Self.schema)
            #expect(try found.map { try JSONValue(parsing: $0) } == [try JSONValue(parsing: Data(attack.utf8))])
        }

        @Test func operatorsInUpdatesAreStoredAsTheyAre() async throws {
            let store = try await self.store([#"{"_id":"a","key":"k","rank":1,"list":[1]}"#])
            let attack: JSONValue = ["$inc": ["rank": 5], "$unset": "key", "rank.$": 1]
            for update in [
                Update(.set("f", attack)), Update(.set("f", "$key"), .pull("list", "$rank")),
                Update(.set("f", attack), .pull("list", "x")), Update(.push("list", [attack, "$key"], keepLast: 5)),
            ] {
                _ = try await store.update(where: .text("_id", "a"), sort: [], apply: update, in: Self.schema)
            }
            let found = try #require(try await store.find(Query(.all), in: Self.schema).first)
            let value = try JSONValue(parsing: found)
            #expect(value["rank"] == 1 && value["key"] == "k")
            #expect(value["f"] == attack)
            #expect(value["list"] == [1, attack, "$key"])
        }

        @Test func aDocumentThatIsInsertedByAnUpsertBringsNoOperators() async throws {
            let store = try await self.store([])
            let document = Data(#"{"_id":"a","key":"k","$setOnInsert":{"admin":true}}"#.utf8)
            let stored = try await store.upsert(
                where: .text("key", "k"),
                apply: Update(),
                orInsert: document,
                in: Self.schema
            )
            #expect(try JSONValue(parsing: stored)["$setOnInsert"] == ["admin": true])
            #expect(try JSONValue(parsing: stored)["admin"] == nil)
            // An update of nothing changes nothing: MongoDB would take it for an empty document.
            _ = try await store.update(where: .text("_id", "a"), sort: [], apply: Update(), in: Self.schema)
            #expect(try await store.updateAll(where: .text("_id", "a"), apply: Update(), in: Self.schema) == 1)
            #expect(try await store.find(Query(.text("key", "k")), in: Self.schema).count == 1)
        }
    }
}
