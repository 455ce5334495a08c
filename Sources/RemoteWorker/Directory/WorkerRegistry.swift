package import Bus
import Foundation
import NIOCore

/// The workers that live, on the bus (spec 05 B46).
///
/// Each worker has an entry that expires unless it is renewed; an index names those that may have one, for there is no
/// listing on the bus. Nothing here compares clocks: durations are counted by the bus.
package struct WorkerRegistry: Sendable {
    /// How long a worker counts as alive after its last heartbeat.
    package static let lifetime = Duration.seconds(15)
    private static let index = "worker.index"
    private static let indexLifetime = Duration.seconds(30 * 86_400)

    private let bus: any MessageBus
    private let lock: BusLock

    package init(bus: any MessageBus, clock: any Clock<Duration> = ContinuousClock()) {
        self.bus = bus
        self.lock = BusLock(bus: bus, clock: clock)
    }

    /// Takes the worker's name for a process, or keeps it.
    ///
    /// - Returns: Whether the name is `process`'s: another process may go by it, such as one on a copied disk.
    package func hold(_ id: String, by process: String) async throws -> Bool {
        try await self.bus.acquireLock("worker.lease.\(id)", owner: process, for: Self.lifetime)
    }

    package func put(_ entry: WorkerEntry) async throws {
        try await self.bus.setValue(
            ByteBuffer(bytes: try JSONEncoder().encode(entry)),
            for: Self.key(entry.id),
            expiringAfter: Self.lifetime
        )
    }

    /// Makes sure that the index names the worker; names without an entry are dropped from it.
    package func enlist(_ id: String, by process: String) async throws {
        guard try await self.names().contains(id) == false else { return }
        try await self.lock.with(Self.index, owner: process) {
            var names: [String] = []
            for name in try await self.names() where name != id {
                if try await self.entry(of: name) != nil { names.append(name) }
            }
            try await self.bus.setValue(
                ByteBuffer(bytes: try JSONEncoder().encode(names + [id])),
                for: Self.index,
                expiringAfter: Self.indexLifetime
            )
        }
    }

    package func remove(_ id: String, of process: String) async throws {
        _ = try await self.bus.takeValue(for: Self.key(id))
        try await self.bus.releaseLock("worker.lease.\(id)", owner: process)
    }

    /// `nil` for a worker that is not alive.
    package func entry(of id: String) async throws -> WorkerEntry? {
        guard let bytes = try await self.bus.value(for: Self.key(id)) else { return nil }
        // An entry that a later version wrote in another way is one that we cannot use.
        return try? JSONDecoder().decode(WorkerEntry.self, from: Data(bytes.readableBytesView))
    }

    /// Whether any worker has made itself known lately, living or not.
    package func isInUse() async throws -> Bool {
        try await self.bus.value(for: Self.index) != nil
    }

    /// Every worker that lives, those that are draining among them.
    package func entries() async throws -> [WorkerEntry] {
        let names = try await self.names()
        return try await withThrowingTaskGroup(of: WorkerEntry?.self) { group in
            for name in names { group.addTask { try await self.entry(of: name) } }
            return try await group.reduce(into: []) { entries, entry in if let entry { entries.append(entry) } }
        }
    }

    private func names() async throws -> [String] {
        guard let bytes = try await self.bus.value(for: Self.index) else { return [] }
        // What cannot be read is written again at the next heartbeat.
        return (try? JSONDecoder().decode([String].self, from: Data(bytes.readableBytesView))) ?? []
    }

    private static func key(_ id: String) -> String { "worker.entry.\(id)" }
}
