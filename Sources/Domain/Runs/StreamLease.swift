import Foundation

/// The right to write a run's current turn: minted by each claim, presented by every later write (spec 02 §4).
package struct StreamLease: Codable, Sendable, Equatable {
    /// Random; logged and audited only as a hash.
    package var id: String
    package var startedAt: Timestamp
    /// Moved forward on a timer while the turn's owner lives (spec 02 B6).
    package var heartbeatAt: Timestamp?
    /// The process that owns the turn; on start it fails what its dead predecessor left (spec 02 B7).
    package var owner: String?

    package init(id: String, startedAt: Timestamp, heartbeatAt: Timestamp? = nil, owner: String? = nil) {
        self.id = id
        self.startedAt = startedAt
        self.heartbeatAt = heartbeatAt
        self.owner = owner
    }

    /// Names the turn to a worker, which may not write its run.
    package var turnID: String { ContentHash(of: Data(self.id.utf8)).rawValue }
}
