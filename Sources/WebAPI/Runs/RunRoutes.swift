import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `…/apps/:app/runs` and below: conversations with the builder and their streams (spec 02 §4–§7).
struct RunRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.listRuns, use: self.list)
        routes.app(RouteTable.createRun, use: self.create)
        routes.app(RouteTable.chat, use: self.show)
        routes.app(RouteTable.sendChat, use: self.send)
        routes.app(RouteTable.stopChat, use: self.stop)
        routes.app(RouteTable.chatStream, use: self.attach)
        routes.app(RouteTable.runEvents, use: self.events)
    }

    private func scope(_ context: WorkspaceContext, _ opened: OpenedApp) throws -> RunScope {
        RunScope(
            workspaceID: opened.scope.workspaceID,
            appID: opened.scope.appID,
            runID: try context.id("run", of: Run.self, orThrow: RunRefusal.runNotFound)
        )
    }

    @Sendable
    private func list(_: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let runs = try await self.services.runLists.list(of: opened.scope)
        return try JSONAnswer.response(["items": runs.map(RunItem.init)])
    }

    @Sendable
    private func create(_: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let run = try await self.services.runs.create(in: opened.scope, by: context.user.id)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("id", run.id.rawValue)
            writer.field("appId", run.appID.rawValue)
            writer.field("status", run.status.rawValue)
        }
        return JSONAnswer.response(bytes: writer.buffer, status: .created)
    }

    @Sendable
    private func show(_: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let run = try await self.services.runs.find(try self.scope(context, opened))
        return try JSONAnswer.response(ChatSnapshot(run))
    }

    /// The answer is the turn's stream; leaving it does not end the turn, which belongs to the server.
    @Sendable
    private func send(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let scope = try self.scope(context, opened)
        let body = try await request.bodyBytes(upTo: BodyLimit.conversation)
        try self.services.refuseWhileLeaving()
        let chat = try ChatRequest(parsing: Data(body.readableBytesView))
        let author = TurnIntake.Author(id: context.user.id, name: context.user.displayName)
        let answer = try await self.services.runs.send(chat, to: scope, by: author)
        return self.response(answer.stream, to: context.user.id, of: scope.app, headers: answer.headers)
    }

    @Sendable
    private func stop(_: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let answer = try await self.services.runs.stop(try self.scope(context, opened))
        return try JSONAnswer.response(StopView(answer))
    }

    /// 204 means that there is nothing to join now; a run that is still starting may be joined a moment later.
    @Sendable
    private func attach(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let scope = try self.scope(context, opened)
        try self.services.refuseWhileLeaving()
        let cursor = request.headers[.own("last-event-id")] ?? request.query("cursor")
        let stream = try await self.services.runs.attach(
            scope,
            cursor: max(0, cursor.flatMap { Int($0) } ?? 0),
            streamID: request.query("streamId")
        )
        guard let stream else { return Response(status: .noContent, headers: [.cacheControl: "no-store"]) }
        let headers = [(name: "x-second-stream-replay", value: "1")]
        return self.response(stream, to: context.user.id, of: scope.app, headers: headers)
    }

    private func response(
        _ stream: RunStream,
        to userID: User.ID,
        of app: AppScope,
        headers: [(name: String, value: String)]
    ) -> Response {
        var fields = HTTPFields()
        for (name, value) in RunStream.headers + headers {
            fields[.own(name)] = value
        }
        fields[.own("x-second-stream-id")] = stream.streamID
        let drained = DrainedStream(stream: stream, uptime: .live) { [events = self.services.events] in
            try await events.mayFollow(app, userID)
        }
        return Response(status: .ok, headers: fields, body: drained.body)
    }

    /// Run-level events for clients of the older protocol (spec 02 §6).
    @Sendable
    private func events(_ request: Request, _ context: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let scope = try self.scope(context, opened)
        _ = try await self.services.runs.find(scope)
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-cache", .connection: "keep-alive",
            .accelBuffering: "no",
        ]
        guard request.method == .get else { return Response(status: .ok, headers: headers) }
        try self.services.refuseWhileLeaving()
        guard let watch = try await self.services.events.feed.watch(scope.workspaceID, by: context.user.id) else {
            throw GateRefusal.rateLimited(retryAfterSeconds: 5)
        }
        // What was lost before the watch stood is not heard of on it.
        guard try await self.services.events.mayFollow(scope.app, context.user.id) else {
            watch.end()
            throw RunRefusal.runNotFound
        }
        let relay = RunEventRelay(
            scope: scope,
            userID: context.user.id,
            runs: self.services.runs,
            events: self.services.events,
            watch: watch,
            clock: self.services.clock
        )
        return Response(status: .ok, headers: headers, body: ResponseBody { try await relay.write(to: &$0) })
    }
}

/// A run in the list (spec 02 B24).
struct RunItem: Encodable {
    var id: Run.ID
    var mode: Run.Mode
    var status: Run.Status
    var failure: RunFailure?
    var messageCount: Int
    var createdAt: Timestamp
    var updatedAt: Timestamp

    init(_ run: RunSummary) {
        self.id = run.id
        self.mode = run.mode
        self.status = run.status
        self.failure = run.failure
        self.messageCount = run.messageCount
        self.createdAt = run.createdAt
        self.updatedAt = run.updatedAt
    }
}

/// GET chat: the conversation as it is stored, which never contains the answer in progress.
struct ChatSnapshot: Encodable {
    var messages: [UIMessage]
    var status: Run.Status
    var failure: RunFailure?
    var attachments: [AttachmentRef]
    var usage: RunUsage?
    /// There while a stream can be joined.
    var activeStreamId: String?
    /// To be sent by whoever opens the conversation first.
    var autoStartPrompt: String?

    init(_ run: Run) {
        self.messages = run.messages
        self.status = run.status
        self.failure = run.failure
        self.attachments = run.attachments
        self.usage = run.usage
        self.activeStreamId = run.status == .streaming ? run.activeStreamID : nil
        self.autoStartPrompt = run.autoStartPrompt
    }

    private enum CodingKeys: String, CodingKey {
        case messages, status, failure, attachments, usage, activeStreamId, autoStartPrompt
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.messages, forKey: .messages)
        try container.encode(self.status, forKey: .status)
        try container.encode(self.failure, forKey: .failure)
        try container.encode(self.attachments, forKey: .attachments)
        try container.encode(self.usage, forKey: .usage)
        try container.encode(self.activeStreamId, forKey: .activeStreamId)
        try container.encode(self.autoStartPrompt, forKey: .autoStartPrompt)
    }
}

/// POST stop.
struct StopView: Encodable {
    var ok = true
    var status: Run.Status
    var alreadyTerminal: Bool
    var stopped: Bool
    var workerCancelled: Bool
    var failure: RunFailure?

    init(_ answer: RunService.StopAnswer) {
        self.status = answer.status
        self.alreadyTerminal = answer.alreadyTerminal
        self.stopped = answer.stopped
        self.workerCancelled = answer.workerCancelled
        self.failure = answer.failure
    }
}
