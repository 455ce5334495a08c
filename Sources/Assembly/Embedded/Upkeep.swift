import Application
import Documents
import Domain
import LocalBus
import Logging
import SQLiteDocuments
import ServiceLifecycle

/// What has to be done from time to time in one process: waking silent streams, sweeping what expired, finishing removals.
struct Upkeep: Service {
    let bus: LocalBus
    let store: SQLiteDocumentStore
    let apps: AppService
    let wallClock: WallClock
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                // Ends by cancellation only.
                group.addTask { try? await self.bus.keepReadersAwake(clock: self.clock) }
                group.addTask { await self.sweep() }
            }
        }
    }

    private func sweep() async {
        while !Task.isCancelled {
            do {
                try await self.apps.finishRemovals()
                try await self.store.sweepExpired(Collections.all, now: self.wallClock.now)
                try await self.clock.sleep(for: .seconds(60))
            } catch is CancellationError {
                return
            } catch {
                self.logger.error("Upkeep failed", metadata: ["error": "\(error)"])
                // The next round may fare better; ends with cancellation.
                try? await self.clock.sleep(for: .seconds(60))
            }
        }
    }
}
