import Application
import Domain
import Hummingbird
import NIOCore
import Wire

/// Tells one client what happens to one run: `stream_started`, `completed`, `failed` (spec 02 §6).
struct RunEventRelay: Sendable {
    let scope: RunScope
    let userID: User.ID
    let runs: RunService
    let events: EventStreamService
    let watch: WorkspaceEventFeed.Watch
    let clock: any Clock<Duration>

    func write(to writer: inout any ResponseBodyWriter) async throws {
        defer { self.watch.end() }
        try await writer.write(ByteBuffer(string: ": ok\n\n"))
        // The watch stands already, so a change after this look is not missed.
        if try await self.runs.find(self.scope).activeStreamID != nil {
            try await writer.write(ByteBuffer(string: "data: {\"type\":\"status_sync\",\"status\":\"streaming\"}\n\n"))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [watch, clock] in
                defer { watch.end() }
                try await untilShutdown {
                    while true {
                        try await clock.sleep(for: EventRoutes.heartbeat)
                        watch.tick()
                    }
                }
            }
            var ticks = 0
            reading: for await signal in self.watch.signals {
                var line: ByteBuffer?
                var mustCheck = false
                switch signal {
                case .tick:
                    ticks += 1
                    mustCheck = ticks % EventRoutes.heartbeatsPerCheck == 0
                    line = ByteBuffer(string: ": alive\n\n")
                case .hint(let hint):
                    mustCheck = self.concernsAccess(hint.event)
                    if hint.event.runID == self.scope.runID { line = try await self.line(for: hint.event.type) }
                }
                if mustCheck {
                    guard try await self.events.mayFollow(self.scope.app, self.userID) else { break reading }
                }
                if let line { try await writer.write(line) }
            }
            group.cancelAll()
        }
        try await writer.finish(nil)
    }

    /// After this the person may have lost the right to know of the run; it is looked up before anything more is told.
    private func concernsAccess(_ event: WorkspaceEvent) -> Bool {
        switch event.scope {
        case .memberships, .teamMemberships: true
        case .apps: event.appID == self.scope.appID
        default: false
        }
    }

    private func line(for type: WorkspaceEvent.Kind) async throws -> ByteBuffer? {
        switch type {
        case .runCompleted: return ByteBuffer(string: "data: {\"type\":\"completed\"}\n\n")
        case .runFailed: return ByteBuffer(string: "data: {\"type\":\"failed\"}\n\n")
        case .runStreamReady:
            guard let streamID = try await self.runs.find(self.scope).activeStreamID else { return nil }
            var json = JSONWriter()
            json.object { writer in
                writer.field("type", "stream_started")
                writer.field("streamId", streamID)
            }
            var line = ByteBuffer(string: "data: ")
            line.writeImmutableBuffer(json.buffer)
            line.writeStaticString("\n\n")
            return line
        case .appCreated, .appUpdated, .appDeleted, .appPublished, .memberChanged, .runCreated,
            .runAutostartScheduled, .runStarting, .changed:
            return nil
        }
    }
}
