import Documents
import Domain
import Logging

/// Repeats a write while the store is away: a database whose primary is lost has another within seconds, and a finished
/// answer must not be lost to that.
struct StorePatience: Sendable {
    /// Longer than a replica set needs to elect a primary, with room for one that restarts.
    static let limit = Duration.seconds(60)
    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)

    let clock: any Clock<Duration>
    let logger: Logger

    /// `isRepeated` tells the work that an earlier try may have been written although its answer was lost.
    ///
    /// - Throws: what the work threw last; anything but `DocumentStoreError.unavailable` at once.
    func run<Result: Sendable>(
        _ work: (_ isRepeated: Bool) async throws -> Result
    ) async throws -> Result {
        var waited = Duration.zero
        var pause = Self.firstPause
        while true {
            do {
                return try await work(waited > .zero)
            } catch DocumentStoreError.unavailable(let reason) where waited < Self.limit {
                self.logger.warning("The store is away; a turn waits for it", metadata: ["error": "\(reason)"])
                try await self.clock.sleep(for: pause)
                waited += pause
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}
