import Documents
import Domain
import Foundation
import Logging
import Synchronization
import TestServers
import TestSupport
import Testing

@testable import MongoDocuments

extension MongoSuites {
    /// The server is killed as by a power cut and comes back; each test has one of its own.
    @Suite(.serialized) struct ServerFaultTests {
        private static let schema = CollectionSchema(
            "things",
            indexes: [.init("key", [.ascending("key")], unique: true)]
        )

        private func withServer(
            _ body: @Sendable (MongoServer, MongoDocumentStore) async throws -> Void
        ) async throws {
            try await MongoServer.with { server in
                let connection = try MongoConnection(
                    MongoAddress(server.url()),
                    threads: 8,
                    logger: Logger(label: "mongo-tests")
                )
                let store = MongoDocumentStore(connection)
                try await store.prepare([Self.schema])
                let result: Result<Void, any Error>
                do { result = .success(try await body(server, store)) } catch { result = .failure(error) }
                try await connection.close()
                try result.get()
            }
        }

        private static func document(_ id: String) -> Data { Data(#"{"_id":"\#(id)","key":"\#(id)","count":0}"#.utf8) }

        /// Inserts until it is there, whatever the server does meanwhile.
        private static func insist(_ id: String, _ store: MongoDocumentStore) async throws {
            while true {
                do {
                    return try await store.insert(Self.document(id), into: Self.schema)
                } catch DocumentStoreError.unavailable {
                    continue
                } catch DocumentStoreError.duplicate {
                    return
                }
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func aWatchGoesOnWhereItWas() async throws {
            try await self.withServer { server, store in
                let changes = try await store.changes(of: Self.schema)
                let ids = (0..<120).map { "d\($0)" }
                let confirmed = Mutex(0)
                async let writing: Void = {
                    for id in ids {
                        try await Self.insist(id, store)
                        confirmed.withLock { $0 += 1 }
                    }
                }()
                var seen: [String] = []
                var inFlight: Set<String> = []
                for await change in changes {
                    guard case .insert(let id, _) = change else {
                        Issue.record("\(change)")
                        break
                    }
                    // The stand-in shows a change before it is written down, which MongoDB never does: one that nobody was told
                    // of may be gone with the server and come again.
                    if id == seen.last, inFlight.contains(id) { continue }
                    seen.append(id)
                    // In the middle of the writes.
                    if seen.count == 40 || seen.count == 80 {
                        await server.server.kill()
                        inFlight.formUnion(ids.dropFirst(confirmed.withLock { $0 }).prefix(1))
                        try await server.server.restart()
                    }
                    if id == ids.last { break }
                }
                try await writing
                #expect(seen == ids, "every change once, in order")
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func whileItIsGoneItIsUnavailableSoonAndThenAllWorksAgain() async throws {
            try await self.withServer { server, store in
                try await store.insert(Self.document("a"), into: Self.schema)
                await server.server.kill()
                let start = ContinuousClock.now
                do {
                    _ = try await store.find(Query(.all), in: Self.schema)
                    Issue.record("nobody is there")
                } catch DocumentStoreError.unavailable {}
                #expect(ContinuousClock.now - start < .seconds(20), "bounded")
                try await server.server.restart()
                let found = try await Self.patiently { try await store.find(Query(.all), in: Self.schema) }
                #expect(found.count == 1, "what was confirmed is there")
                try await store.insert(Self.document("b"), into: Self.schema)
                try await store.ping()
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func aBurstOfConditionalUpdatesLosesNoneAndDoublesNone() async throws {
            try await self.withServer { server, store in
                let writers = 4
                for writer in 0..<writers { try await store.insert(Self.document("w\(writer)"), into: Self.schema) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<writers {
                        group.addTask { try await Self.count(to: 25, of: "w\(writer)", store) }
                    }
                    group.addTask {
                        for _ in 0..<2 {
                            try await Self.patiently {
                                let ahead = try await store.count(where: .atLeast("count", 5), in: Self.schema)
                                guard ahead > 0 else { throw DocumentStoreError.unavailable("not yet") }
                            }
                            try await server.server.restart()
                        }
                    }
                    try await group.waitForAll()
                }
                let done = try await store.count(where: .equals("count", 25), in: Self.schema)
                #expect(done == writers, "each counted to its end, step by step")
            }
        }

        /// Counts in steps that each hold only on the step before: a doubled or lost one would stop it.
        private static func count(to end: Int64, of id: String, _ store: MongoDocumentStore) async throws {
            for step in 0..<end {
                try await Self.patiently {
                    let updated = try await store.update(
                        where: .text("_id", id) && .equals("count", .integer(step)),
                        sort: [],
                        apply: Update(.increment("count", 1)),
                        in: Self.schema
                    )
                    guard updated == nil else { return }
                    // The answer to a step that was made may have been lost with the connection.
                    let found = try await store.find(Query(.text("_id", id)), in: Self.schema)
                    #expect(try found.first.map { try JSONValue(parsing: $0)["count"] } == .integer(step + 1))
                }
            }
        }

        /// Tries again as long as the server is unavailable.
        private static func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
            while true {
                do {
                    return try await body()
                } catch DocumentStoreError.unavailable {
                    try Task.checkCancellation()
                }
            }
        }
    }
}
