package import Foundation

/// What a worker says about itself in the registry, again at every heartbeat (spec 05 B46).
package struct WorkerEntry: Codable, Sendable, Equatable {
    package struct Load: Codable, Sendable, Equatable {
        /// Turns and side jobs that run now.
        package var running: Int
        /// Turns that may run at the same moment.
        package var capacity: Int
        package var sessions: Int
        /// It takes no more turns; those that run may still be asked about.
        package var isDraining: Bool

        package init(running: Int, capacity: Int, sessions: Int, isDraining: Bool) {
            self.running = running
            self.capacity = capacity
            self.sessions = sessions
            self.isDraining = isDraining
        }
    }

    /// Stays the same as long as the worker keeps its disk.
    package var id: String
    /// Where the web reaches it.
    package var url: URL
    package var load: Load
    /// Counts the heartbeats of one process; equal beats are the same news.
    package var beat: Int

    package init(id: String, url: URL, load: Load, beat: Int) {
        self.id = id
        self.url = url
        self.load = load
        self.beat = beat
    }
}
