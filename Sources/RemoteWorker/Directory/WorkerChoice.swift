import Domain
import Foundation
import Synchronization

/// Picks the worker for an app that has none: the one with the most room.
///
/// What this process has sent to a worker since its last heartbeat counts too, so that a burst is spread.
final class WorkerChoice: Sendable {
    private struct Placed {
        var beat: Int
        var count: Int
    }

    private let placed = Mutex<[String: Placed]>([:])

    /// Workers that take turns, those with the most room first; among equals the order depends on the app, and is the
    /// same at every web.
    func order(_ entries: [WorkerEntry], for appID: App.ID?) -> [WorkerEntry] {
        let ranked = entries.filter { !$0.load.isDraining }.map { entry in
            (
                entry: entry,
                share: Double(entry.load.running + self.count(entry)) / Double(max(1, entry.load.capacity)),
                draw: Self.draw(entry.id, appID)
            )
        }
        return ranked.sorted { ($0.share, $0.draw) < ($1.share, $1.draw) }.map(\.entry)
    }

    /// Whether the worker has room for one more, as far as is known here.
    func hasRoom(_ entry: WorkerEntry) -> Bool {
        entry.load.running + self.count(entry) < entry.load.capacity
    }

    func place(on entry: WorkerEntry) {
        self.placed.withLock { placed in
            let known = placed[entry.id].flatMap { $0.beat == entry.beat ? $0.count : nil } ?? 0
            placed[entry.id] = Placed(beat: entry.beat, count: known + 1)
        }
    }

    private func count(_ entry: WorkerEntry) -> Int {
        self.placed.withLock { placed in
            guard let known = placed[entry.id], known.beat == entry.beat else { return 0 }
            return known.count
        }
    }

    /// A number that looks drawn by lot, from both names (FNV-1a).
    private static func draw(_ id: String, _ appID: App.ID?) -> UInt64 {
        (id + " " + (appID?.rawValue ?? "")).utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
    }
}
