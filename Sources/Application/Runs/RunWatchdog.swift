import Logging
import ServiceLifecycle

/// Looks for abandoned turns every quarter of a minute (spec 02 B7).
package struct RunWatchdog: Service {
    private let runs: RunService
    private let clock: any Clock<Duration>

    package init(runs: RunService, clock: any Clock<Duration>) {
        self.runs = runs
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.clock.sleep(for: .seconds(15))
                    try await self.runs.failStaleRuns()
                } catch is CancellationError {
                    return
                } catch {
                    self.runs.tools.logger.error("The watchdog could not look", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
