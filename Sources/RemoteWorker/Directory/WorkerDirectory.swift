package import Application
package import Bus
package import Domain
package import Foundation
package import Logging
package import RuntimeProtocols
import Synchronization

/// All workers as one: sends what belongs to an app to the worker that has it, and gives apps without one to the worker
/// with the most room (spec 05 B46).
///
/// A worker that is lost or about to stop loses its apps; the next turn of such an app asks for its files again
/// (`restoreNeeded`), and so does an app that comes back to a worker that had it before.
package struct WorkerDirectory: BuilderWorker {
    /// A worker that has an app, and since when.
    struct Seat: Sendable {
        var id: String
        var worker: RemoteWorker
        /// `nil` at a worker that is the only one, so that nobody else can have had the app.
        var assignment: String?
        /// The app came to the worker with this call.
        var isFresh: Bool
    }

    private let registry: WorkerRegistry
    private let assignments: AppAssignments
    private let leftovers: WorkerLeftovers
    private let lock: BusLock
    private let choice = WorkerChoice()
    /// Where the turns of this process run, so that they can be stopped while the bus is away.
    private let running = RunningSeats()
    private let only: RemoteWorker?
    private let connect: @Sendable (URL) -> RemoteWorker
    private let identifiers: IdentifierSource
    private let logger: Logger

    /// `connect` makes the client for a worker's address; the address comes from the registry.
    ///
    /// `only` is the worker of a house that has one and no registry; it is asked as long as no worker has ever made
    /// itself known.
    package init(
        bus: any MessageBus,
        only: RemoteWorker? = nil,
        identifiers: IdentifierSource = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger,
        connect: @escaping @Sendable (URL) -> RemoteWorker
    ) {
        self.registry = WorkerRegistry(bus: bus, clock: clock)
        self.assignments = AppAssignments(bus: bus)
        self.lock = BusLock(bus: bus, clock: clock)
        self.leftovers = WorkerLeftovers(bus: bus, lock: self.lock)
        self.only = only
        self.connect = connect
        self.identifiers = identifiers
        self.logger = logger
    }

    /// Answers when a worker that takes turns does; for readiness checks.
    package func ping() async throws {
        try await self.anyone { try await $0.ping() }
    }

    package func startTurn(_ turn: WorkerTurn) async throws -> AsyncThrowingStream<RuntimeEvent, any Error> {
        let appID = turn.scope.appID
        let seat = try await self.seat(for: appID)
        var turn = turn
        turn.assignment = seat.assignment
        let pin = self.running.pin(seat, to: appID)
        do {
            return try await seat.worker.startTurn(turn) { self.running.unpin(pin, from: appID) }
        } catch {
            self.running.unpin(pin, from: appID)
            guard Self.moves(error, seat) else { throw error }
            self.logger.notice("An app moves to another worker", metadata: ["app.id": "\(appID)"])
            // Nobody else: this throws, and the app stays where it was.
            _ = try await self.seat(for: appID, avoiding: seat.id)
            throw WorkerRefusal.restoreNeeded
        }
    }

    package func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation {
        guard let seat = try await self.current(scope.appID) else {
            return WorkerCancellation(cancelled: false, isIdle: true)
        }
        return try await seat.worker.cancel(scope, turnID: turnID)
    }

    package func status(of appID: App.ID) async throws -> WorkerStatus {
        guard let seat = try await self.current(appID) else {
            return WorkerStatus(
                exists: false,
                isBusy: false,
                workspaceExists: false,
                workspaceHasFiles: false,
                sessionID: nil
            )
        }
        return try await seat.worker.status(of: appID, assignment: seat.assignment)
    }

    package func session(of appID: App.ID) async throws -> WorkerSession? {
        guard let seat = try await self.current(appID) else { return nil }
        return try await seat.worker.session(of: appID, assignment: seat.assignment)
    }

    /// - Throws: `WorkerRefusal.restoreNeeded` when no worker has the app's current files.
    package func files(of appID: App.ID) async throws -> [SourceFile] {
        guard let seat = try await self.current(appID) else { throw WorkerRefusal.restoreNeeded }
        return try await seat.worker.files(of: appID, assignment: seat.assignment)
    }

    package func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        try await self.seated(appID) { try await $0.worker.storeAttachments(files, of: appID) }
    }

    package func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String] {
        guard let seat = try await self.current(appID) else { return paths }
        return try await seat.worker.missingAttachments(paths, of: appID)
    }

    package func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata {
        try await self.anyone(for: request.appID) { try await $0.describe(request) }
    }

    package func restore(_ files: [SourceFile], of appID: App.ID) async throws {
        try await self.seated(appID) { try await $0.worker.restore(files, of: appID, assignment: $0.assignment) }
    }

    /// Removes the app at every worker that lives, for each may have had it once; one that had it and is away does so when
    /// it comes back.
    package func remove(_ appID: App.ID) async throws {
        let owner = try await self.current(appID)
        // First where a turn may be running, for that refuses.
        try await owner?.worker.remove(appID)
        if owner != nil, owner?.assignment == nil { return }
        let others = try await self.onBus { try await self.registry.entries() }.filter { $0.id != owner?.id }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // All at once, for each call may take its whole time limit; one that fails keeps no other from removing, and the
            // removal is tried again as a whole.
            for entry in others { group.addTask { try await self.connect(entry.url).remove(appID) } }
            try await group.waitForAll()
        }
        try await self.onBus {
            let held = try await self.assignments.read(appID)
            let alive = Set(others.map(\.id) + [owner?.id].compactMap(\.self))
            for worker in held.map({ ($0.former ?? []) + [$0.worker] }) ?? [] where !alive.contains(worker) {
                try await self.leftovers.add([appID], for: worker, by: self.identifiers.token())
            }
            try await self.assignments.clear(appID)
        }
    }

    package func detectRuntimes() async -> RuntimeDetection {
        do {
            return try await self.anyone { try await $0.detect() }
        } catch {
            return .workerUnavailable
        }
    }

    // MARK: - Seats

    /// The worker that has the app, draining or not; `nil` when none has.
    private func current(_ appID: App.ID) async throws -> Seat? {
        if let seat = self.running.seat(of: appID) { return seat }
        return try await self.onBus {
            guard let held = try await self.assignments.read(appID) else { return try await self.onlySeat() }
            let entry = try await self.registry.entry(of: held.worker)
            return entry.map { self.seat(at: $0, held.token, isFresh: false) }
        }
    }

    /// The worker that takes the app's turns, chosen now if there is none or only `avoided`.
    private func seat(for appID: App.ID, avoiding avoided: String? = nil) async throws -> Seat {
        try await self.onBus {
            if let seat = try await self.onlySeat() { return seat }
            return try await self.lock.with(AppAssignments.key(appID), owner: self.identifiers.token()) {
                let held = try await self.assignments.read(appID)
                if let held, held.worker != avoided, let entry = try await self.registry.entry(of: held.worker) {
                    let seat = self.seat(at: entry, held.token, isFresh: false)
                    if !entry.load.isDraining {
                        try await self.assignments.write(held, of: appID)
                        return seat
                    }
                    // It does not answer any more: then nothing runs there that we could wait for.
                    if (try? await seat.worker.status(of: appID))?.isBusy == true { throw WorkerRefusal.busy }
                }
                let entry = try await self.choose(for: appID, avoiding: avoided)
                let token = self.identifiers.token()
                let assignment = held?.moved(to: entry.id, token) ?? .init(worker: entry.id, token: token)
                try await self.assignments.write(assignment, of: appID)
                return self.seat(at: entry, assignment.token, isFresh: true)
            }
        }
    }

    /// The one worker, where there is no registry.
    private func onlySeat() async throws -> Seat? {
        guard let only = self.only, try await !self.registry.isInUse() else { return nil }
        return Seat(id: "", worker: only, assignment: nil, isFresh: false)
    }

    private func choose(for appID: App.ID, avoiding avoided: String?) async throws -> WorkerEntry {
        let entries = try await self.registry.entries()
        let ranked = self.choice.order(entries.filter { $0.id != avoided }, for: appID)
        guard let best = ranked.first else {
            let isStopping = !entries.isEmpty && entries.allSatisfy(\.load.isDraining)
            throw isStopping ? WorkerRefusal.draining : .unreachable
        }
        guard self.choice.hasRoom(best) else { throw WorkerRefusal.atCapacity }
        self.choice.place(on: best)
        return best
    }

    private func seat(at entry: WorkerEntry, _ assignment: String, isFresh: Bool) -> Seat {
        Seat(id: entry.id, worker: self.connect(entry.url), assignment: assignment, isFresh: isFresh)
    }

    /// Whether another worker should have the app after this error.
    private static func moves(_ error: any Error, _ seat: Seat) -> Bool {
        guard seat.assignment != nil else { return false }
        return switch error as? WorkerRefusal {
        case .unreachable, .draining: true
        case .atCapacity: seat.isFresh
        default: false
        }
    }

    /// Does something that may be done twice at the worker that takes the app's turns, or at the next one.
    private func seated(_ appID: App.ID, _ work: (Seat) async throws -> Void) async throws {
        let seat = try await self.seat(for: appID)
        do {
            try await work(seat)
        } catch {
            guard Self.moves(error, seat) else { throw error }
            try await work(try await self.seat(for: appID, avoiding: seat.id))
        }
    }

    /// Asks workers that take turns, those with the most room first, until one answers.
    @discardableResult
    private func anyone<Value: Sendable>(
        for appID: App.ID? = nil,
        _ work: (RemoteWorker) async throws -> Value
    ) async throws -> Value {
        if let seat = try await self.onBus({ try await self.onlySeat() }) { return try await work(seat.worker) }
        let entries = try await self.onBus { try await self.registry.entries() }
        var refusal = WorkerRefusal.unreachable
        for entry in self.choice.order(entries, for: appID) {
            do {
                return try await work(self.connect(entry.url))
            } catch let other as WorkerRefusal where [.unreachable, .draining, .atCapacity].contains(other) {
                refusal = other
            }
        }
        throw refusal
    }

    /// A bus that is away makes the workers unreachable.
    private func onBus<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let refusal as WorkerRefusal {
            throw refusal
        } catch {
            try Task.checkCancellation()
            self.logger.warning("The workers could not be looked up", metadata: ["error": "\(error)"])
            throw WorkerRefusal.unreachable
        }
    }
}
