package import Bus
package import Domain
import Foundation
import Logging
import NIOCore

/// Sends hints that something changed, after the write has committed; a hint that cannot be sent is only logged.
package struct WorkspaceEventPublisher: Sendable {
    /// Sees every event that this process sends, before it is sent; for counting.
    package typealias Observer = @Sendable (WorkspaceEvent) -> Void

    private let bus: any MessageBus
    private let clock: WallClock
    private let observe: Observer

    package init(bus: any MessageBus, clock: WallClock, observe: @escaping Observer = { _ in }) {
        self.bus = bus
        self.clock = clock
        self.observe = observe
    }

    /// The channel of spec 01 §14.1.
    package static func channel(of workspaceID: Workspace.ID) -> Bus.Channel {
        Bus.Channel("workspace:\(workspaceID):events")
    }

    package func publish(
        _ type: WorkspaceEvent.Kind,
        in workspaceID: Workspace.ID,
        scope: WorkspaceEvent.Scope,
        appID: App.ID? = nil,
        runID: Run.ID? = nil,
        runStatus: Run.Status? = nil
    ) async {
        let event = WorkspaceEvent(
            type,
            in: workspaceID,
            scope: scope,
            at: self.clock.now,
            appID: appID,
            runID: runID,
            runStatus: runStatus
        )
        await self.send(event)
    }

    package func send(_ event: WorkspaceEvent) async {
        self.observe(event)
        do {
            let message = ByteBuffer(bytes: try JSONEncoder().encode(event))
            try await self.bus.publish(message, to: Self.channel(of: event.workspaceID))
        } catch {
            Logger(label: "second.events").warning(
                "A workspace event was not sent",
                metadata: ["workspace.id": "\(event.workspaceID)", "error": "\(error)"]
            )
        }
    }

    /// A run's transition.
    package func publish(_ type: WorkspaceEvent.Kind, of run: Run) async {
        await self.publish(
            type,
            in: run.workspaceID,
            scope: .agentRuns,
            appID: run.appID,
            runID: run.id,
            runStatus: run.status
        )
    }
}
