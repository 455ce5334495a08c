import Documents
import Domain
import Foundation
import TestSupport
import Testing

@testable import MongoDocuments

extension MongoSuites {
    /// Times are text; the date that MongoDB expires by lies beside them, hidden.
    @Suite struct ExpiryTests {
        private static let schema = CollectionSchema(
            "sessions",
            indexes: [.init("expires", [.ascending("expiresAt")], expiresAfterSeconds: 60)]
        )
        private static let time = Timestamp(milliseconds: 1_800_000_000_000)

        private let connection: MongoConnection
        private let database = MongoSuites.freshDatabase()
        private let store: MongoDocumentStore

        init() throws {
            self.connection = try #require(MongoSuites.connection)
            self.store = MongoDocumentStore(self.connection, database: self.database)
        }

        private func stored(_ id: String) async throws -> BSON? {
            let database = self.database
            return try await self.connection.withClient { client in
                var found: BSON?
                try client.find(["_id": .string(id)], options: [:], in: "sessions", of: database) { bytes in
                    found = try BSONReader(bytes).value()
                }
                return found
            }
        }

        private func insert(_ id: String, _ time: String?) async throws {
            let member = time.map { #","expiresAt":"\#($0)""# } ?? ""
            try await self.store.insert(Data(#"{"_id":"\#(id)"\#(member)}"#.utf8), into: Self.schema)
        }

        private func change(_ id: String, _ operations: Update.Operation...) async throws -> JSONValue? {
            try await self.store.update(
                where: .text("_id", id),
                sort: [],
                apply: Update(operations),
                in: Self.schema
            ).map { try JSONValue(parsing: $0) }
        }

        @Test func theDateFollowsTheTextAndIsNotShown() async throws {
            try await self.store.prepare([Self.schema])
            try await self.insert("a", Self.time.text)
            #expect(try await self.stored("a")?["%t:expiresAt"] == .date(Self.time.milliseconds))
            let found = try await self.store.find(Query(.all), in: Self.schema)
            #expect(
                try found.map { try JSONValue(parsing: $0) } == [["_id": "a", "expiresAt": .string(Self.time.text)]]
            )

            let later = Self.time.adding(.seconds(5))
            let moved = try await self.change("a", .stamp("expiresAt", later))
            #expect(moved == ["_id": "a", "expiresAt": .string(later.text)])
            #expect(try await self.stored("a")?["%t:expiresAt"] == .date(later.milliseconds))

            _ = try await self.change("a", .stamp("expiresAt", Self.time), .pull("none", 1))
            #expect(try await self.stored("a")?["%t:expiresAt"] == .date(Self.time.milliseconds), "in a pipeline, too")

            _ = try await self.change("a", .unset("expiresAt"))
            #expect(try await self.stored("a") == ["_id": "a"], "never expires now")
            _ = try await self.change("a", .set("expiresAt", "not a time"))
            #expect(try await self.stored("a")?["%t:expiresAt"] == nil)
        }

        @Test func whatHasNoTimeNeverExpiresAndWhatCountsIsRefused() async throws {
            try await self.store.prepare([Self.schema])
            try await self.insert("never", nil)
            #expect(try await self.stored("never") == ["_id": "never"])
            await #expect(throws: DocumentStoreError.self) {
                try await self.change("never", .increment("expiresAt", 1))
            }
        }

        @Test func theIndexExpiresByTheDate() async throws {
            try await self.store.prepare([Self.schema])
            let database = self.database
            let indexes = try await self.connection.withClient { client in
                try client.run(["listIndexes": "sessions"], on: database, .read).decoded()["cursor"]?["firstBatch"]?
                    .array
            }
            let expiry = try #require(indexes?.first { $0["expireAfterSeconds"] != nil })
            #expect(expiry["key"] == ["%t:expiresAt": 1])
            #expect(expiry["expireAfterSeconds"]?.integer == 60)
        }
    }
}
