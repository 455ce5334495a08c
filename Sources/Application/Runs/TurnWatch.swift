import Bus
import Domain
import Synchronization

/// Decides whether a turn of another process is abandoned, without trusting that wall clocks agree.
///
/// The owner's sign on the bus decides, then how long this process has seen the turn unchanged, by its own forward-running
/// clock. Wall clocks come last and with a margin, for a process that has only just begun to look.
final class TurnWatch: Sendable {
    /// Longer than two heartbeats, so that a bus that lost its values does not end living turns.
    static let unchanged = Duration.seconds(45)
    /// By how much the wall clocks of two processes may differ.
    static let skew = Duration.seconds(300)

    private struct Sighting {
        var leaseID: String
        var signs: [String?]
        var since: Duration
    }

    private let bus: any MessageBus
    private let uptime: Uptime
    private let sightings = Mutex<[Run.ID: Sighting]>([:])

    init(bus: any MessageBus, uptime: Uptime) {
        self.bus = bus
        self.uptime = uptime
    }

    /// Looks at a streaming run and remembers what it saw.
    func isAbandoned(_ run: StreamingRun, _ lease: StreamLease, at now: Timestamp) async -> Bool {
        let seen = self.look(at: run, lease)
        guard let owner = lease.owner else { return StaleRule.isStale(run, at: now) }
        let written = [lease.startedAt, lease.heartbeatAt, run.updatedAt].compactMap(\.self).max()
        let age = now.since(written ?? lease.startedAt) - Self.skew
        return switch await OwnerPresence.sign(of: owner, on: self.bus) {
        case .alive: false
        case .gone: seen >= Self.unchanged || age >= StaleRule.unattachable
        case .unknown: seen >= StaleRule.silent || age >= StaleRule.silent
        }
    }

    /// Forgets all runs but these.
    func keep(_ runs: [Run.ID]) {
        let known = Set(runs)
        self.sightings.withLock { sightings in sightings = sightings.filter { known.contains($0.key) } }
    }

    /// For how long nothing about the turn has changed while this process looked.
    private func look(at run: StreamingRun, _ lease: StreamLease) -> Duration {
        let now = self.uptime.now
        // Compared as they are written: equal or not, but neither earlier nor later.
        let signs = [lease.heartbeatAt?.text, run.activeStreamID, run.updatedAt.text]
        return self.sightings.withLock { sightings in
            if let known = sightings[run.id], known.leaseID == lease.id, known.signs == signs {
                return now - known.since
            }
            sightings[run.id] = Sighting(leaseID: lease.id, signs: signs, since: now)
            return .zero
        }
    }
}
