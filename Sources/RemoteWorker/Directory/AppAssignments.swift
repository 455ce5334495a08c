import Bus
import Domain
import Foundation
import NIOCore

/// Which worker has which app (spec 05 B46).
struct AppAssignments: Sendable {
    struct Assignment: Codable, Sendable, Equatable {
        var worker: String
        /// New each time the app goes to a worker; files of another one are old.
        var token: String
        /// Workers that had the app before and may still hold files of it, the latest last.
        var former: [String]?

        /// The app at another worker.
        func moved(to worker: String, _ token: String) -> Self {
            let former = (self.former ?? []).filter { $0 != worker && $0 != self.worker }
            let last = self.worker == worker ? [] : [self.worker]
            return Self(worker: worker, token: token, former: Array((former + last).suffix(Self.remembered)))
        }

        private static let remembered = 32
    }

    /// Counted from the last turn; an app that rested longer starts from its saved files again.
    private static let lifetime = Duration.seconds(30 * 86_400)

    let bus: any MessageBus

    func read(_ appID: App.ID) async throws -> Assignment? {
        guard let bytes = try await self.bus.value(for: Self.key(appID)) else { return nil }
        // What cannot be read is replaced by a new assignment.
        return try? JSONDecoder().decode(Assignment.self, from: Data(bytes.readableBytesView))
    }

    /// Only under the app's lock.
    func write(_ assignment: Assignment, of appID: App.ID) async throws {
        try await self.bus.setValue(
            ByteBuffer(bytes: try JSONEncoder().encode(assignment)),
            for: Self.key(appID),
            expiringAfter: Self.lifetime
        )
    }

    func clear(_ appID: App.ID) async throws {
        _ = try await self.bus.takeValue(for: Self.key(appID))
    }

    static func key(_ appID: App.ID) -> String { "worker.of.\(appID.rawValue)" }
}
