package import Domain
package import Foundation

/// Everything that `second worker` can be told, read and checked once at start (spec 05 §14.3, B44).
package struct WorkerConfiguration: Sendable {
    package var host: String
    package var port: Int
    package var settings: WorkerSettings
    /// `nil` in development: the token that the processes of this machine share in the data folder.
    package var internalToken: Secret<String>?
    /// Where workers make themselves known; `nil` for a house with one worker that the web finds by `WORKER_URL`.
    package var bus: EngineAddress?
    /// Where the web reaches this worker.
    package var advertisedURL: URL
    /// Where callbacks of the worker go; paths are ours, never the caller's (B43).
    package var internalWebURL: URL
    /// Turns that run at the same moment.
    package var maximumTurns: Int
    /// Builds that run at the same moment.
    package var maximumBuilds: Int
    /// Sessions kept, running or not.
    package var maximumSessions: Int
    /// Bytes of memory that must be left for a turn to start; 0 asks nothing.
    package var memoryReserve: Int
    /// How long running turns may go on after the worker was told to stop.
    package var drainLimit: Duration
    package var metrics: MetricsAddress?
    package var logLevel: String
}
