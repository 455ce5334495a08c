import Documents
import Domain
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import MongoDocuments

extension MongoSuites {
    /// Indexes are made once, by one process at a time, and as declared.
    @Suite struct IndexTests {
        private static let schema = CollectionSchema(
            "things",
            indexes: [
                .init("list", [.ascending("w"), .descending("c"), .descending("_id")]),
                .init("live", [.ascending("w"), .ascending("n")], unique: true, partial: .missing("d")),
            ]
        )

        private let connection: MongoConnection
        private let database = MongoSuites.freshDatabase()

        init() throws {
            self.connection = try #require(MongoSuites.connection)
        }

        private var builder: IndexBuilder { IndexBuilder(connection: self.connection, database: self.database) }

        /// The indexes that the server has, without their version numbers.
        private func present(_ collection: String) async throws -> [BSON] {
            let database = self.database
            return try await self.connection.withClient { client in
                let reply = try client.run(["listIndexes": .string(collection)], on: database, .read).decoded()
                return (reply["cursor"]?["firstBatch"]?.array ?? []).map { index in
                    .document((index.members ?? []).filter { !["v", "ns"].contains($0.name) })
                }
            }
        }

        private func expectDeclared(_ schema: CollectionSchema) async throws {
            let present = try await self.present(schema.name)
            for index in try IndexSpecification(schema).indexes {
                let found = present.first { IndexSpecification.name(of: $0) == IndexSpecification.name(of: index) }
                for member in index.members ?? [] {
                    #expect(found?[member.name] == member.value, "\(schema.name) \(member)")
                }
            }
            #expect(present.count == schema.indexes.count + 1, "these and the one on _id: \(present)")
        }

        @Test func theServerHasWhatIsDeclared() async throws {
            try await self.builder.build(Collections.all)
            for schema in Collections.all { try await self.expectDeclared(schema) }
        }

        @Test func aStartWithNothingNewReadsOnce() async throws {
            let connection = try MongoConnection(
                self.connection.address,
                threads: 2,
                logger: Logger(label: "mongo-tests")
            )
            let store = MongoDocumentStore(connection, database: self.database)
            try await store.prepare(Collections.all)
            let before = connection.operations
            try await store.prepare(Collections.all)
            #expect(connection.operations - before == 1)
            try await connection.close()
        }

        @Test func fourProcessesStartAtOnce() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let store = MongoDocumentStore(self.connection, database: self.database)
                        try await store.prepare(Collections.all)
                        // Whoever returns finds everything there.
                        try await self.expectDeclared(Collections.apps)
                        try await self.expectDeclared(Collections.runs)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await self.locks() == 0)
        }

        @Test func aChangedDeclarationReplacesTheIndexAndARemovedOneGoes() async throws {
            try await self.builder.build([Self.schema])
            let database = self.database
            try await self.connection.withClient { client in
                let own: BSON = ["key": ["x": 1], "name": "of_the_operator"]
                _ = try client.run(["createIndexes": "things", "indexes": [own]], on: database, .write)
            }
            let changed = CollectionSchema("things", indexes: [.init("list", [.ascending("w"), .ascending("c")])])
            try await self.builder.build([changed])
            let names = try await self.present("things").map { IndexSpecification.name(of: $0) }
            #expect(names.sorted() == ["_id_", "list", "of_the_operator"])
            let list = try await self.present("things").first { IndexSpecification.name(of: $0) == "list" }
            #expect(list?["key"] == ["w": 1, "c": 1])
        }

        @Test func theLockOfADeadProcessIsTakenAwayOnceItStandsStill() async throws {
            let database = self.database
            let dead = BSONDocument(["_id": "indexes", "owner": "dead", "beat": 3, "expiresAfterSeconds": 30])
            try await self.connection.withClient { client in
                try client.insert(dead, into: SchemaLock.collection, of: database)
            }
            let uptime = TurnedUptime()
            let pauses = HurriedClock { _ in uptime.advance(by: .seconds(1)) }
            var builder = self.builder
            builder.uptime = uptime.uptime
            builder.clock = pauses
            let start = uptime.uptime.now
            try await builder.build([Self.schema])
            #expect(uptime.uptime.now - start >= .seconds(30), "not before its time")
            try await self.expectDeclared(Self.schema)
            #expect(try await self.locks() == 0)
        }

        @Test func whoWaitsReturnsWhenTheWorkIsDone() async throws {
            let database = self.database
            let busy = BSONDocument(["_id": "indexes", "owner": "busy", "beat": 0, "expiresAfterSeconds": 30])
            try await self.connection.withClient { client in
                try client.insert(busy, into: SchemaLock.collection, of: database)
            }
            async let waiting: Void = self.builder.build([Self.schema])
            let specification = try IndexSpecification(Self.schema)
            let record = BSONDocument(["_id": "things", "indexes": .array(specification.indexes)])
            try await self.connection.withClient { client in
                try client.insert(record, into: IndexBuilder.versions, of: database)
            }
            try await waiting
            #expect(try await self.locks() == 1, "the lock is another's")
        }

        private func locks() async throws -> Int {
            let database = self.database
            return try await self.connection.withClient { client in
                var count = 0
                try client.find([:], options: [:], in: SchemaLock.collection, of: database) { _ in count += 1 }
                return count
            }
        }
    }
}
