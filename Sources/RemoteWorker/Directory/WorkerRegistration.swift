package import Bus
package import Domain
package import Foundation
package import Logging

/// Keeps a worker in the registry while its process lives; the worker's side of the registry (spec 05 B46).
package actor WorkerRegistration {
    /// A third of the time after which a worker counts as lost.
    package static let interval = Duration.seconds(5)

    /// Once a minute.
    private static let beatsBetweenLooks = 12

    private let registry: WorkerRegistry
    private let id: String
    private let url: URL
    private let process: String
    private let leftovers: WorkerLeftovers
    private let forget: @Sendable (App.ID) async throws -> Void
    private let load: @Sendable () async -> WorkerEntry.Load
    private let clock: any Clock<Duration>
    private let logger: Logger
    private var beat = 0
    private var isFailing = false
    private var isGone = false

    /// `forget` removes what is here of an app that was deleted while this worker was away.
    package init(
        id: String,
        url: URL,
        bus: any MessageBus,
        identifiers: IdentifierSource = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger,
        forget: @escaping @Sendable (App.ID) async throws -> Void,
        load: @escaping @Sendable () async -> WorkerEntry.Load
    ) {
        self.registry = WorkerRegistry(bus: bus, clock: clock)
        self.id = id
        self.url = url
        self.process = identifiers.token()
        self.leftovers = WorkerLeftovers(bus: bus, lock: BusLock(bus: bus, clock: clock))
        self.forget = forget
        self.load = load
        self.clock = clock
        self.logger = logger
    }

    /// Renews the entry until the task is cancelled; a bus that is away is tried again.
    package func run() async {
        while !Task.isCancelled {
            await self.announce()
            // Cancelled: the loop ends.
            try? await self.clock.sleep(for: Self.interval)
        }
    }

    /// Tells at once what has changed, such as that the worker drains.
    package func announce() async {
        guard !self.isGone else { return }
        do {
            guard try await self.registry.hold(self.id, by: self.process) else {
                return self.fail("Another process goes by this worker's name")
            }
            self.beat += 1
            let entry = WorkerEntry(id: self.id, url: self.url, load: await self.load(), beat: self.beat)
            // Withdrawn while we asked for the load.
            guard !self.isGone else { return }
            try await self.registry.put(entry)
            try await self.registry.enlist(self.id, by: self.process)
            if self.isFailing { self.logger.notice("The worker is in the registry again") }
            self.isFailing = false
            if self.beat % Self.beatsBetweenLooks == 1 { try await self.clean() }
        } catch is CancellationError {
            return
        } catch {
            self.fail("The worker could not be kept in the registry", error)
        }
    }

    /// Removes apps that were deleted meanwhile; what cannot be removed now is left for the next time.
    private func clean() async throws {
        var left: [App.ID] = []
        for appID in try await self.leftovers.take(of: self.id) {
            do {
                try await self.forget(appID)
            } catch {
                left.append(appID)
            }
        }
        if !left.isEmpty { try await self.leftovers.add(left, for: self.id, by: self.process) }
    }

    /// Takes the worker out for good; its apps go to others from now on.
    package func withdraw() async {
        self.isGone = true
        do {
            try await self.registry.remove(self.id, of: self.process)
        } catch {
            self.fail("The worker could not be taken out of the registry", error)
        }
    }

    /// Said once until it is well again.
    private func fail(_ message: Logger.Message, _ error: (any Error)? = nil) {
        guard !self.isFailing else { return }
        self.isFailing = true
        self.logger.error(message, metadata: error.map { ["error": "\($0)"] } ?? [:])
    }
}
