import Application
import Documents
import Domain
import Foundation
import Synchronization
import TestShapes
import Testing

@Suite struct StoreMoveTests {
    private static let shelf = CollectionSchema("things", indexes: [.init("name", [.ascending("name")], unique: true)])

    private func store(holding range: Range<Int> = 0..<0, mark: String = "") async throws -> any DocumentStore {
        let store = try TestShape.store()
        try await store.prepare([Self.shelf])
        for number in range { try await store.insert(Self.thing(number, mark), into: Self.shelf) }
        return store
    }

    private static func thing(_ number: Int, _ mark: String = "") -> Data {
        Data(#"{"_id":"\#(1000 + number)","name":"n\#(number)\#(mark)","list":[1,2.5,null,{"a":true}]}"#.utf8)
    }

    private func move(_ source: any DocumentStore, _ destination: any DocumentStore) -> StoreMove {
        StoreMove(from: source, to: destination, collections: [Self.shelf])
    }

    /// 32 is a page: one less, one page, one more, several.
    @Test(arguments: [0, 1, 31, 32, 33, 100])
    func everythingArrivesAndIsProved(count: Int) async throws {
        let (source, destination) = (try await self.store(holding: 0..<count), try await self.store())
        let outcome = try await self.move(source, destination).run { _ in }
        #expect(outcome.collections.map(\.count) == [count])
        #expect(outcome.collections.map(\.copied) == [count])
        #expect(try await destination.count(where: .all, in: Self.shelf) == count)

        let again = try await self.move(source, destination).run { _ in }
        #expect(again.collections.map(\.copied) == [0])
        #expect(again.collections.map(\.digest) == outcome.collections.map(\.digest))
        let back = try await self.move(destination, source).run { _ in }
        #expect(back.collections.map(\.digest) == outcome.collections.map(\.digest))
    }

    @Test func aBrokenCopyGoesOnWhereItStopped() async throws {
        let source = try await self.store(holding: 0..<100)
        let destination = try await self.store(holding: 0..<41)
        let steps = Mutex<[StoreMove.Progress]>([])
        let outcome = try await self.move(source, destination).run { step in steps.withLock { $0.append(step) } }
        #expect(outcome.collections.map(\.copied) == [59])
        let first = try #require(steps.withLock { $0.first })
        #expect(first.phase == .copying)
        #expect((first.done, first.total) == (73, 100))
    }

    @Test func aCancelledMoveStopsAndLosesNothing() async throws {
        let (source, destination) = (try await self.store(holding: 0..<100), try await self.store())
        let move = self.move(source, destination)
        let task = Task { try await move.run { _ in withUnsafeCurrentTask { $0?.cancel() } } }
        await #expect(throws: CancellationError.self) { try await task.value }
        let outcome = try await move.run { _ in }
        #expect(outcome.collections.map(\.copied) == [68])
    }

    @Test func aDestinationOfSomebodyElseIsRefusedUntouched() async throws {
        let source = try await self.store(holding: 0..<3)
        for (stranger, id) in [(5..<6, "1005"), (0..<1, "1000")] {
            let destination = try await self.store(holding: stranger, mark: "theirs")
            await #expect(throws: StoreMove.Failure.destinationInUse(collection: "things", id: id)) {
                try await self.move(source, destination).run { _ in }
            }
            #expect(try await destination.count(where: .all, in: Self.shelf) == 1)
        }
    }

    @Test func aDifferenceInTheMiddleIsNamed() async throws {
        let source = try await self.store(holding: 0..<50)
        let destination = try await self.store(holding: 0..<50)
        _ = try await destination.update(
            where: .equals("_id", "1037"),
            sort: [],
            apply: Update(.set("name", "other")),
            in: Self.shelf
        )
        await #expect(throws: StoreMove.Failure.different(collection: "things", id: "1037")) {
            try await self.move(source, destination).run { _ in }
        }
    }

    @Test func aHoleInTheMiddleIsNamed() async throws {
        let source = try await self.store(holding: 0..<50)
        let destination = try await self.store(holding: 0..<50)
        _ = try await destination.delete(where: .equals("_id", "1044"), in: Self.shelf)
        await #expect(throws: StoreMove.Failure.different(collection: "things", id: "1044")) {
            try await self.move(source, destination).run { _ in }
        }
    }
}
