package import Documents
import Synchronization
import TestSupport

/// A store that looks at the plan of every kind of query that it is asked, once a process, and complains about those that
/// read a whole collection or sort what they read (architecture §4).
///
/// Kinds differ in anything but the values in them.
package final class PlannedStore: QueryWatchingStore, ImmediateChanges {
    private static let seen = Mutex<Set<String>>([])

    package let base: any DocumentStore
    private let complain: @Sendable (String) -> Void

    package init(_ base: any DocumentStore, complain: @escaping @Sendable (String) -> Void) {
        self.base = base
        self.complain = complain
    }

    package func look(at query: Query, in collection: CollectionSchema) async {
        let kind =
            collection.name + " "
            + String(describing: query)
            .replacing(#/"(?:[^"\\]|\\.)*"|[0-9]+(?:\.[0-9]+)?/#, with: "_")
        guard Self.seen.withLock({ $0.insert(kind).inserted }) else { return }
        do {
            let plan = try await self.base.explain(query, in: collection)
            guard plan.scansCollection || plan.sortsInMemory else { return }
            let fault = plan.scansCollection ? "is read as a whole" : "is sorted after reading"
            self.complain("\(collection.name) \(fault): \(plan.detail) for \(query)")
        } catch {
            // The query itself says what is wrong; a later one of its kind is looked at again.
            Self.seen.withLock { _ = $0.remove(kind) }
        }
    }
}
