import Bus
import Domain
import Foundation
import NIOCore

/// Apps that were deleted while a worker that had them was away; it removes their files when it is back (spec 02 B21).
struct WorkerLeftovers: Sendable {
    private static let lifetime = Duration.seconds(90 * 86_400)
    private static let maximumCount = 10_000

    let bus: any MessageBus
    let lock: BusLock

    func add(_ appIDs: [App.ID], for worker: String, by owner: String) async throws {
        let key = Self.key(worker)
        try await self.lock.with(key, owner: owner) {
            let known = Self.read(try await self.bus.value(for: key))
            let all = (known + appIDs.map(\.rawValue).filter { !known.contains($0) }).suffix(Self.maximumCount)
            try await self.bus.setValue(
                ByteBuffer(bytes: try JSONEncoder().encode(Array(all))),
                for: key,
                expiringAfter: Self.lifetime
            )
        }
    }

    /// Hands them over, once.
    func take(of worker: String) async throws -> [App.ID] {
        Self.read(try await self.bus.takeValue(for: Self.key(worker))).compactMap { App.ID($0) }
    }

    private static func read(_ bytes: ByteBuffer?) -> [String] {
        // What cannot be read cannot be helped.
        bytes.flatMap { try? JSONDecoder().decode([String].self, from: Data($0.readableBytesView)) } ?? []
    }

    private static func key(_ worker: String) -> String { "worker.left.\(worker)" }
}
