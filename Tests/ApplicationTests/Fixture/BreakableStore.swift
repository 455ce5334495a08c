import Documents
import Domain
import Foundation
import Synchronization

/// The store of a house, which can be broken in the middle of a test.
final class BreakableStore: ForwardingStore {
    struct DiskFull: Error {}

    let base: any DocumentStore
    private let breaks = Mutex<(@Sendable (Update) -> Bool)?>(nil)
    private let interlude = Mutex<(@Sendable (Update) async throws -> Void)?>(nil)
    private let absence = Mutex<(isAway: Bool, loses: Bool)>((false, false))

    init(_ base: any DocumentStore) {
        self.base = base
    }

    /// Updates for which the condition holds fail from now on; `nil` mends the store.
    func breakUpdates(where condition: (@Sendable (Update) -> Bool)?) {
        self.breaks.withLock { $0 = condition }
    }

    /// What somebody else does at the last moment before an update.
    func beforeUpdates(_ work: (@Sendable (Update) async throws -> Void)?) {
        self.interlude.withLock { $0 = work }
    }

    /// Nothing can be changed until it is back, as while a database elects a primary.
    ///
    /// With `losingAnswers` the next change of a status is written all the same, and only its answer is lost.
    func goAway(losingAnswers: Bool = false) {
        self.absence.withLock { $0 = (true, losingAnswers) }
    }

    func comeBack() {
        self.absence.withLock { $0 = (false, false) }
    }

    func update(
        where filter: Filter,
        sort: [Sort],
        apply update: Update,
        in collection: CollectionSchema
    ) async throws -> Data? {
        if let interlude = self.interlude.withLock({ $0 }) { try await interlude(update) }
        if self.breaks.withLock({ $0 })?(update) == true { throw DiskFull() }
        let setsStatus = update.operations.contains { operation in
            guard case .set(let path, _) = operation else { return false }
            return path == "status"
        }
        let (isAway, loses) = self.absence.withLock { absence in
            let loses = absence.loses && setsStatus
            if loses { absence.loses = false }
            return (absence.isAway, loses)
        }
        if isAway, !loses { throw DocumentStoreError.unavailable("away") }
        let updated = try await self.base.update(where: filter, sort: sort, apply: update, in: collection)
        if loses { throw DocumentStoreError.unavailable("away") }
        return updated
    }
}
