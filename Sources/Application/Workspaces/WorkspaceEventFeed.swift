package import Bus
package import Documents
package import Domain
import Foundation
import Logging
import NIOCore

/// Hints of a workspace for everybody who watches it in this process: one bus subscription a workspace, fanned out
/// to bounded queues (spec 01 B20).
package actor WorkspaceEventFeed {
    /// One hint with its app, read once for all watchers; they decide what their person may know of it.
    package struct Hint: Sendable {
        package var event: WorkspaceEvent
        package var app: App?
    }

    package enum Signal: Sendable {
        case hint(Hint)
        /// Sent by the watcher to itself, to wake up without a hint.
        case tick
    }

    /// One reader's place: what it reads, and how it wakes itself.
    ///
    /// A watch that everybody has let go of has ended: an answer whose client left before its body began leaves no place
    /// behind.
    package final class Watch: Sendable {
        package let signals: AsyncStream<Signal>
        private let continuation: AsyncStream<Signal>.Continuation

        fileprivate init(_ signals: AsyncStream<Signal>, _ continuation: AsyncStream<Signal>.Continuation) {
            self.signals = signals
            self.continuation = continuation
        }

        deinit {
            self.continuation.finish()
        }

        package func tick() {
            self.continuation.yield(.tick)
        }

        /// Gives the place up; ending twice is ending once.
        package func end() {
            self.continuation.finish()
        }
    }

    package static let queueLength = 256
    /// Streams that one person may hold in this process (B25).
    package static let maximumWatchesPerPerson = 20

    private struct Watched {
        var watchers: [Int: AsyncStream<Signal>.Continuation] = [:]
        var pump: Task<Void, Never>?
    }

    private let bus: any MessageBus
    private let findApp: AppGatekeeper.FindApp
    private var watched: [Workspace.ID: Watched] = [:]
    private var watchesOfPerson: [User.ID: Int] = [:]
    private var nextID = 0

    package init(bus: any MessageBus, apps: AppRepository) {
        self.bus = bus
        self.findApp = { try await apps.find($0) }
    }

    package static func channel(of workspaceID: Workspace.ID) -> Bus.Channel {
        Bus.Channel("workspace:\(workspaceID):events")
    }

    /// Hints from now on; when this returns, nothing that is published later is missed.
    ///
    /// Ends when the reader falls
    /// behind by 256 hints or the bus is lost: the client connects again and reads anew.
    ///
    /// - Returns: `nil` when the person holds as many streams as they may.
    package func watch(_ workspaceID: Workspace.ID, by userID: User.ID) async throws -> Watch? {
        guard self.watchesOfPerson[userID, default: 0] < Self.maximumWatchesPerPerson else { return nil }
        if self.watched[workspaceID]?.pump == nil {
            let subscription = try await self.bus.subscribe(to: Self.channel(of: workspaceID))
            // Two first watchers may both have come here; the second one's subscription is dropped again.
            if self.watched[workspaceID]?.pump == nil {
                // Ended by `leave` when the last watcher goes.
                self.watched[workspaceID, default: Watched()].pump = Task { [weak self] in
                    await self?.pump(subscription, workspaceID)
                }
            }
        }
        let (signals, continuation) = AsyncStream.makeStream(
            of: Signal.self,
            bufferingPolicy: .bufferingOldest(Self.queueLength)
        )
        let id = self.nextID
        self.nextID += 1
        self.watchesOfPerson[userID, default: 0] += 1
        self.watched[workspaceID, default: Watched()].watchers[id] = continuation
        continuation.onTermination = { [weak self] _ in
            // Ends by itself: one step on the actor.
            Task { await self?.leave(workspaceID, id, userID) }
        }
        return Watch(signals, continuation)
    }

    /// How many are watching, for tests and diagnostics.
    package func watcherCount(of workspaceID: Workspace.ID) -> Int {
        self.watched[workspaceID]?.watchers.count ?? 0
    }

    private func leave(_ workspaceID: Workspace.ID, _ id: Int, _ userID: User.ID) {
        let rest = self.watchesOfPerson[userID, default: 1] - 1
        self.watchesOfPerson[userID] = rest > 0 ? rest : nil
        self.watched[workspaceID]?.watchers[id] = nil
        guard let watched = self.watched[workspaceID], watched.watchers.isEmpty else { return }
        watched.pump?.cancel()
        self.watched[workspaceID] = nil
    }

    private func pump(_ subscription: BusSubscription, _ workspaceID: Workspace.ID) async {
        reading: for await element in subscription {
            switch element {
            case .overflow:
                break reading
            case .message(let bytes):
                // What is not one of our events is none.
                guard let event = try? JSONDecoder().decode(WorkspaceEvent.self, from: Data(bytes.readableBytesView))
                else { continue }
                await self.deliver(event, to: workspaceID)
            }
        }
        guard !Task.isCancelled else { return }
        for watcher in (self.watched[workspaceID]?.watchers ?? [:]).values { watcher.finish() }
        self.watched[workspaceID] = nil
    }

    private func deliver(_ event: WorkspaceEvent, to workspaceID: Workspace.ID) async {
        var hint = Hint(event: event)
        if let appID = event.appID, event.type != .appDeleted {
            do {
                hint.app = try await self.findApp(AppScope(workspaceID: workspaceID, appID: appID))
            } catch {
                // Without the app nobody can be shown to have a right to it: the hint goes out without ids.
                Logger.current.warning("No app for a hint", metadata: ["app.id": "\(appID)"])
            }
        }
        for (id, watcher) in self.watched[workspaceID]?.watchers ?? [:] {
            if case .dropped = watcher.yield(.hint(hint)) {
                watcher.finish()
                self.watched[workspaceID]?.watchers[id] = nil
            }
        }
    }
}
