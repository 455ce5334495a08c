import Application
import Domain
import Hummingbird
import NIOCore
import Wire

/// Tells one client what happens to one run: `stream_started`, `completed`, `failed` (spec 02 §6).
struct RunEventRelay: Sendable {
    let scope: RunScope
    let runs: RunService
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
            for await signal in self.watch.signals {
                switch signal {
                case .tick: try await writer.write(ByteBuffer(string: ": alive\n\n"))
                case .hint(let hint):
                    guard hint.event.runID == self.scope.runID, let line = try await self.line(for: hint.event.type)
                    else { continue }
                    try await writer.write(line)
                }
            }
            group.cancelAll()
        }
        try await writer.finish(nil)
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
