import Synchronization

/// Moves on with every change of a few collections: what was read at one count is true for as long as the count stands.
///
/// The count is taken **before** reading. A change that happens while somebody reads makes what they read old at once.
package final class ChangeCount: Sendable {
    private let count: Atomic<Int>

    /// A closed count tells nothing until it is opened.
    package init(isOpen: Bool = true) {
        self.count = Atomic(isOpen ? 0 : -1)
    }

    /// `nil` while changes may go unnoticed; then nothing that was read may be kept.
    package var current: Int? {
        let count = self.count.load(ordering: .sequentiallyConsistent)
        return count < 0 ? nil : count
    }

    /// Something changed.
    package func advance() {
        self.move { count in count < 0 ? count - 1 : count + 1 }
    }

    /// Changes are noticed from now on; what was kept before is old.
    package func open() {
        self.move { count in abs(count) + 1 }
    }

    /// Changes may go unnoticed from now on.
    package func close() {
        self.move { count in -abs(count) - 1 }
    }

    private func move(_ next: (Int) -> Int) {
        var seen = self.count.load(ordering: .relaxed)
        while true {
            let (isExchanged, original) = self.count.compareExchange(
                expected: seen,
                desired: next(seen),
                ordering: .sequentiallyConsistent
            )
            if isExchanged { return }
            seen = original
        }
    }
}
