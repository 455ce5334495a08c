import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/workspaces/:w/events`: hints that something changed, as server-sent events (spec 01 §14.2, B19, B20).
struct EventRoutes {
    let services: APIServices

    static let heartbeat = Duration.seconds(15)
    /// The membership is looked at again at least after so many heartbeats: every minute.
    static let heartbeatsPerCheck = 4

    func add(to routes: RouteRegistrar) {
        routes.workspace(RouteTable.events, use: self.events)
    }

    @Sendable
    private func events(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        let events = self.services.events
        guard request.method == .get else { return Response(status: .ok, headers: [.contentType: "text/event-stream"]) }
        try self.services.refuseWhileLeaving()
        // Subscribed first, then caught up: nothing falls between.
        guard let watch = try await events.feed.watch(context.workspaceID, by: context.user.id) else {
            throw GateRefusal.rateLimited(retryAfterSeconds: 5)
        }
        let found: EventAudience?
        do {
            found = try await events.audience(context.user.id, in: context.workspaceID)
        } catch {
            watch.end()
            throw error
        }
        guard let audience = found else {
            watch.end()
            throw GateRefusal.notFound
        }
        let clock = self.services.clock
        let body = ResponseBody { writer in
            try await Self.write(&writer, watch: watch, audience: audience, events: events, clock: clock)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-cache", .connection: "keep-alive",
                .accelBuffering: "no",
            ],
            body: body
        )
    }

    static func write(
        _ writer: inout any ResponseBodyWriter,
        watch: WorkspaceEventFeed.Watch,
        audience: EventAudience,
        events: EventStreamService,
        clock: any Clock<Duration>
    ) async throws {
        defer { watch.end() }
        var audience = audience
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n: ok\n\n"))
        var first = ByteBuffer()
        // A catch-up that cannot be read is left away: the hints still come.
        for event in (try? await events.catchUp(for: audience)) ?? [] { first.writeEvent(event) }
        if first.readableBytes > 0 { try await writer.write(first) }

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A server that stops, and a client that left, end the stream.
                defer { watch.end() }
                try await untilShutdown {
                    while true {
                        try await clock.sleep(for: Self.heartbeat)
                        watch.tick()
                    }
                }
            }
            var ticks = 0
            reading: for await signal in watch.signals {
                var mustCheck = false
                switch signal {
                case .tick:
                    ticks += 1
                    mustCheck = ticks % Self.heartbeatsPerCheck == 0
                    try await writer.write(ByteBuffer(string: ": alive\n\n"))
                case .hint(let hint):
                    mustCheck = hint.event.scope == .memberships || hint.event.scope == .teamMemberships
                    if let event = audience.view(of: hint) {
                        var buffer = ByteBuffer()
                        buffer.writeEvent(event)
                        try await writer.write(buffer)
                    }
                }
                if mustCheck {
                    let current = try await events.audience(audience.member.userID, in: audience.member.workspaceID)
                    guard let current else { break reading }
                    audience = current
                }
            }
            group.cancelAll()
        }
        try await writer.finish(nil)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeEvent(_ event: WorkspaceEvent) {
        var json = JSONWriter()
        json.object { writer in
            writer.field("version", event.version)
            writer.field("type", event.type.rawValue)
            writer.field("workspaceId", event.workspaceID.rawValue)
            writer.field("scope", event.scope.rawValue)
            writer.field("at", event.at)
            if let id = event.appID { writer.field("appId", id.rawValue) }
            if let id = event.runID { writer.field("runId", id.rawValue) }
            if let status = event.runStatus { writer.field("runStatus", status.rawValue) }
        }
        self.writeStaticString("data: ")
        self.writeImmutableBuffer(json.buffer)
        self.writeStaticString("\n\n")
    }
}
