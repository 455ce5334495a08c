package import Domain

/// When a streaming run counts as abandoned (spec 02 §4).
///
/// Pure, and by wall clocks alone: for runs of this process. Those of others `TurnWatch` judges.
package enum StaleRule {
    /// Claimed and never attachable.
    package static let unattachable = Duration.seconds(120)
    /// Attachable and silent.
    package static let silent = Duration.seconds(1200)
    /// The claiming process lives and knows nothing of the turn.
    package static let forgotten = Duration.seconds(60)

    package static func isStale(_ run: StreamingRun, at now: Timestamp) -> Bool {
        guard run.status == .streaming else { return false }
        guard run.activeStreamID != nil else { return now.since(run.updatedAt) >= self.unattachable }
        let sign = run.streamLease?.heartbeatAt ?? run.streamLease?.startedAt ?? run.updatedAt
        return now.since(sign) >= self.silent
    }
}
