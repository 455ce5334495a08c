import Bus
import Domain
import Logging
import ServiceLifecycle

/// What has to be done from time to time, by one process of all: finishing removals, sweeping what expired.
struct Upkeep: Service {
    static let interval = Duration.seconds(60)

    struct Job: Sendable {
        var name: String
        var work: @Sendable () async throws -> Void
    }

    let jobs: [Job]
    let bus: any MessageBus
    let owner: String
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.round()
                // Ends by cancellation, which the loop sees.
                try? await self.clock.sleep(for: Self.interval)
            }
        }
    }

    /// Every job's failure is its own; the next round may fare better.
    private func round() async {
        guard await self.isOurTurn() else { return }
        for job in self.jobs {
            do {
                try await job.work()
            } catch {
                if Task.isCancelled { return }
                self.logger.error("Upkeep failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
            }
        }
    }

    /// The lock outlasts the interval, so the process that has it keeps it for as long as it lives; each job may run twice.
    private func isOurTurn() async -> Bool {
        do {
            return try await self.bus.acquireLock("upkeep", owner: self.owner, for: Self.interval + .seconds(15))
        } catch {
            self.logger.warning("Upkeep could not ask for its turn", metadata: ["error": "\(error)"])
            return false
        }
    }
}
