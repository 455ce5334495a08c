import Documents
import Domain
import Foundation
import SQLiteDocuments
import Synchronization
import TestSupport
import Testing

@Suite struct FreshnessTests {
    private static let shelf = CollectionSchema("shelf", indexes: [])
    private static let other = CollectionSchema("other", indexes: [])

    private func store() async throws -> SQLiteDocumentStore {
        let store = try SQLiteDocumentStore.temporary()
        try await store.prepare([Self.shelf, Self.other])
        return store
    }

    private static func until(_ promise: String, _ holds: @escaping @Sendable () -> Bool) async throws {
        try await within(.seconds(30), promise) {
            while !holds() { await Task.yield() }
        }
    }

    private static func document(_ id: String) -> Data { Data(#"{"_id":"\#(id)","n":1}"#.utf8) }

    /// Every way to change a document, each of which changes one.
    private static let changes: [(String, @Sendable (any DocumentStore) async throws -> Void)] = [
        ("insert", { try await $0.insert(Self.document("b"), into: Self.shelf) }),
        (
            "update",
            {
                _ = try await $0.update(
                    where: .equals("_id", "a"),
                    sort: [],
                    apply: Update([.increment("n", 1)]),
                    in: Self.shelf
                )
            }
        ),
        (
            "upsert",
            {
                _ = try await $0.upsert(
                    where: .equals("_id", "c"),
                    apply: Update([]),
                    orInsert: Self.document("c"),
                    in: Self.shelf
                )
            }
        ),
        (
            "updateAll",
            {
                _ = try await $0.updateAll(
                    where: .equals("_id", "a"),
                    apply: Update([.increment("n", 1)]),
                    in: Self.shelf
                )
            }
        ),
        ("delete", { _ = try await $0.delete(where: .equals("_id", "a"), in: Self.shelf) }),
    ]

    @Test(arguments: changes.map(\.0))
    func aChangeCountsBeforeItsMakerGoesOn(_ name: String) async throws {
        let change = try #require(Self.changes.first { $0.0 == name }).1
        let store = try await self.store()
        try await store.insert(Self.document("a"), into: Self.shelf)
        let count = store.countChanges(of: [Self.shelf])
        let unconcerned = store.countChanges(of: [Self.other])
        let before = try #require(count.current)
        #expect(count.current == before)
        try await change(store)
        #expect(try #require(count.current) != before)
        #expect(unconcerned.current == 0)
    }

    @Test(arguments: changes.map(\.0))
    func aSharedStoreCountsItsOwnChangesAtOnce(_ name: String) async throws {
        let change = try #require(Self.changes.first { $0.0 == name }).1
        let base = try await self.store()
        try await base.insert(Self.document("a"), into: Self.shelf)
        // Told of nothing by its engine, so that only its own word is there.
        let store = TellingStore(SilentStore(base))
        let count = store.countChanges(of: [Self.shelf])
        count.open()
        let before = try #require(count.current)
        try await change(store)
        #expect(try #require(count.current) != before)
    }

    @Test
    func aSharedStoreCountsWhatAnotherProcessChanges() async throws {
        let base = try await self.store()
        let store = TellingStore(base)
        let count = store.countChanges(of: [Self.shelf, Self.other])
        #expect(count.current == nil)
        let watching = Task { await store.run() }
        defer { watching.cancel() }
        try await Self.until("the watch stands") { count.current != nil }
        for collection in [Self.shelf, Self.other] {
            let before = count.current
            // Past the watched store, as another process would.
            try await base.insert(Self.document("x"), into: collection)
            try await Self.until("the change is seen") { count.current != before }
        }
        watching.cancel()
        await watching.value
        #expect(count.current == nil)
    }

    @Test
    func nothingIsKeptThatWasReadWhileSomethingChanged() async throws {
        let count = ChangeCount()
        let remembered = Remembered<Int, Int>(until: count, capacity: 2)
        #expect(
            try await remembered.value(for: 1) {
                count.advance()
                return 1
            } == 1
        )
        #expect(try await remembered.value(for: 1) { 2 } == 2)
        #expect(try await remembered.value(for: 1) { 3 } == 2)
        count.advance()
        #expect(try await remembered.value(for: 1) { 4 } == 4)
    }

    @Test
    func nothingIsKeptWhileChangesMayGoUnnoticed() async throws {
        let count = ChangeCount(isOpen: false)
        let remembered = Remembered<Int, Int>(until: count, capacity: 2)
        for number in 1...2 { #expect(try await remembered.value(for: 1) { number } == number) }
        count.open()
        #expect(try await remembered.value(for: 1) { 3 } == 3)
        #expect(try await remembered.value(for: 1) { 4 } == 3)
        count.close()
        #expect(try await remembered.value(for: 1) { 5 } == 5)
        count.open()
        #expect(try await remembered.value(for: 1) { 6 } == 6)
        let never = Remembered<Int, Int>(until: nil, capacity: 2)
        for number in 1...2 { #expect(try await never.value(for: 1) { number } == number) }
    }

    @Test
    func whatIsKeptIsBoundedInNumberAndAge() async throws {
        let now = Mutex(Duration.zero)
        let remembered = Remembered<Int, Int>(
            until: ChangeCount(),
            capacity: 2,
            lifetime: .seconds(3),
            uptime: Uptime { now.withLock { $0 } }
        )
        for key in 1...20 {
            #expect(try await remembered.value(for: key) { key } == key)
            #expect(remembered.keptCount <= 2)
        }
        #expect(try await remembered.value(for: 20) { 0 } == 20)
        now.withLock { $0 = .seconds(3) }
        #expect(try await remembered.value(for: 20) { 0 } == 0)
        #expect(try await remembered.value(for: 99) { nil } == nil)
        #expect(try await remembered.value(for: 99) { 99 } == 99)
    }

    @Test
    func onlyAStoreThatTellsLeavesSomethingToKeep() async throws {
        let store = try await self.store()
        #expect(ReadMemory(of: store).people != nil)
        #expect(ReadMemory(of: SilentStore(store)).people == nil)
        #expect(ReadMemory(of: SilentStore(store)).apps == nil)
    }
}

/// A store whose engine tells nobody of anything.
private struct SilentStore: ForwardingStore {
    let base: any DocumentStore

    init(_ base: any DocumentStore) { self.base = base }

    func changes(of collection: CollectionSchema) async throws -> AsyncStream<DocumentChange> {
        AsyncStream { $0.finish() }
    }
}
