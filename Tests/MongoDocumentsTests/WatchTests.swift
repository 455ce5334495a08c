import Documents
import Domain
import Foundation
import Logging
import TestSupport
import Testing

@testable import MongoDocuments

extension MongoSuites {
    /// What one process writes, another sees.
    @Suite struct WatchTests {
        private static let schema = CollectionSchema("things", indexes: [.init("key", [.ascending("key")])])

        private let connection: MongoConnection
        private let database = MongoSuites.freshDatabase()

        init() throws {
            self.connection = try #require(MongoSuites.connection)
        }

        private func document(_ id: String, _ rank: Int) -> Data { Data(#"{"_id":"\#(id)","rank":\#(rank)}"#.utf8) }

        @Test func anotherProcessSeesChangesAndOnlyNewOnes() async throws {
            let writer = MongoDocumentStore(self.connection, database: self.database)
            let other = try MongoConnection(self.connection.address, threads: 2, logger: Logger(label: "mongo-tests"))
            let reader = MongoDocumentStore(other, database: self.database)
            try await writer.prepare([Self.schema])
            try await writer.insert(self.document("old", 0), into: Self.schema)
            let changes = try await reader.changes(of: Self.schema)
            let second = try await reader.changes(of: Self.schema)
            try await writer.insert(self.document("new", 0), into: Self.schema)
            for stream in [changes, second] {
                let first = try await within(.seconds(30), "a change") { await stream.first { _ in true } }
                guard case .insert("new", let document)? = first else {
                    Issue.record("\(String(describing: first))")
                    continue
                }
                #expect(try JSONValue(parsing: document) == ["_id": "new", "rank": 0])
            }
            try await other.close()
        }

        @Test func anUpdateOfADocumentThatIsGoneByNowShowsWhatItWas() async throws {
            let store = MongoDocumentStore(self.connection, database: self.database)
            try await store.prepare([Self.schema])
            let changes = try await store.changes(of: Self.schema)
            try await store.insert(
                Data(#"{"_id":"a","rank":0,"deep":{"list":[1,2,3]},"gone":true}"#.utf8),
                into: Self.schema
            )
            for update in [
                Update(.increment("rank", 1), .unset("gone"), .set("deep.er", "x")),
                Update(.push("deep.list", [4], keepLast: 2)),
            ] {
                _ = try await store.update(where: .text("_id", "a"), sort: [], apply: update, in: Self.schema)
            }
            _ = try await store.delete(where: .text("_id", "a"), in: Self.schema)
            let seen = try await within(.seconds(30), "four changes") {
                var seen: [DocumentChange] = []
                for await change in changes {
                    seen.append(change)
                    if seen.count == 4 { break }
                }
                return seen
            }
            guard case .update("a", let last)? = seen.dropLast().last else {
                Issue.record("\(seen)")
                return
            }
            #expect(
                try JSONValue(parsing: last) == ["_id": "a", "rank": 1, "deep": ["list": [3, 4], "er": "x"]]
            )
            #expect(seen.last == .delete(id: "a"))
        }

        @Test func aDroppedCollectionEndsTheStreamWithAWord() async throws {
            let store = MongoDocumentStore(self.connection, database: self.database)
            try await store.prepare([Self.schema])
            let changes = try await store.changes(of: Self.schema)
            let database = self.database
            try await self.connection.withClient { client in
                _ = try client.run(["drop": "things"], on: database, .write)
            }
            let last = try await within(.seconds(30), "the end") {
                var last: DocumentChange?
                for await change in changes { last = change }
                return last
            }
            #expect(last == .lost)
            // Whoever subscribes again sees what comes.
            let again = try await store.changes(of: Self.schema)
            try await store.insert(self.document("b", 1), into: Self.schema)
            let first = try await within(.seconds(30), "a change") { await again.first { _ in true } }
            guard case .insert("b", _)? = first else {
                Issue.record("\(String(describing: first))")
                return
            }
        }
    }
}
