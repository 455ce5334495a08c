import Domain
package import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore

/// A model that says what a script says: the Anthropic Messages API on loopback, streamed or whole.
///
/// The tests drive the real Claude Code with it, and it is the product's demo model. Requests for an answer are matched
/// with the script; counts of tokens, lists of models and side calls get neutral answers; anything else is refused.
/// Whatever comes in is recorded.
package final class ScriptedModelServer: Sendable {
    private struct Cut: Error {}

    private let player: ScriptPlayer
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let port: Int
    private let bodyLimit: Int
    private let bound = BoundPort()

    /// A server that does not listen yet; port 0 takes a free one, and a record limit of 0 keeps no requests.
    ///
    /// A body of more than `bodyLimit` bytes is refused.
    package init(
        script: Script,
        logger: Logger,
        port: Int = 0,
        recordLimit: Int = 500,
        bodyLimit: Int = 64 << 20,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.player = ScriptPlayer(script: script, recordLimit: recordLimit)
        self.logger = logger
        self.port = port
        self.bodyLimit = bodyLimit
        self.clock = clock
    }

    /// Serves on 127.0.0.1 until the task is cancelled or its service group shuts down.
    package func run() async throws {
        let router = Router()
        router.post("v1/messages") { request, _ in try await self.answer(request) }
        router.post("v1/messages/count_tokens") { request, _ in
            try await self.neutral(request, ["input_tokens": 100])
        }
        router.get("v1/models") { request, _ in try await self.neutral(request, ["data": [], "has_more": false]) }
        router.get("/") { request, _ in try await self.neutral(request, [:]) }
        router.head("/") { request, _ in try await self.neutral(request, [:]) }
        router.middlewares.add(RefuseUnknownPaths { try await self.refuseUnknown($0) })
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: self.port), serverName: nil),
            onServerRunning: { channel in await self.bound.set(channel.localAddress?.port) },
            logger: self.logger
        )
        do {
            try await application.run()
        } catch {
            await self.bound.set(nil)
            throw error
        }
        await self.bound.set(nil)
    }

    /// The base address for `ANTHROPIC_BASE_URL`, as soon as the server listens; `nil` when it ended before.
    package func endpoint() async -> URL? {
        guard let port = await self.bound.value() else { return nil }
        return URL(string: "http://127.0.0.1:\(port)")
    }

    /// All requests so far, oldest first.
    package var requests: [RecordedRequest] {
        get async { await self.player.requests }
    }

    /// Serves while the closure runs, and hands it the base address.
    package static func with<Result: Sendable>(
        _ script: Script,
        logger: Logger,
        recordLimit: Int = 500,
        bodyLimit: Int = 64 << 20,
        _ body: @Sendable (ScriptedModelServer, URL) async throws -> Result
    ) async throws -> Result {
        try script.check()
        let server = ScriptedModelServer(script: script, logger: logger, recordLimit: recordLimit, bodyLimit: bodyLimit)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let endpoint = await server.endpoint() else {
                try await group.next()
                throw CancellationError()
            }
            let result = try await body(server, endpoint)
            group.cancelAll()
            return result
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let (request, body) = try await self.collected(request)
        guard let parsed = ModelRequest(body) else {
            return await self.refuse(request, body, "The body is no request of the Messages API.")
        }
        switch await self.player.choose(for: parsed) {
        case .turn(let turn, let number):
            await self.record(request, body, .turn(turn.id))
            if let failure = turn.answer.failure { return Self.failed(failure) }
            let frames = AnswerFrames(answer: turn.answer, messageID: "msg_\(number)", model: parsed.model) { index in
                ToolUseID.make(turn: turn.id, number: "\(number)x\(index)")
            }
            return parsed.isStream ? self.streamed(frames, request) : try Self.json(frames.message())
        case .sideCall:
            await self.record(request, body, .sideCall)
            let answer = Script.Answer([.text("OK")])
            let frames = AnswerFrames(answer: answer, messageID: "msg_side", model: parsed.model) { _ in "toolu_side" }
            return parsed.isStream ? self.streamed(frames, request) : try Self.json(frames.message())
        case .refusal(let reason): return await self.refuse(request, body, reason)
        }
    }

    private func streamed(_ frames: AnswerFrames, _ request: Request) -> Response {
        let clock = self.clock
        let body = ResponseBody { writer in
            var sent = 0
            let pace = Duration.milliseconds(frames.answer.pace ?? 0)
            for frame in frames {
                if sent == frames.answer.cutAfter { throw Cut() }
                if sent == frames.answer.stallAfter {
                    // A comment now and then finds out whether the client is still there.
                    while true {
                        try await clock.sleep(for: .milliseconds(200))
                        try await writer.write(ByteBuffer(string: ": waiting\n\n"))
                    }
                }
                var buffer = ByteBuffer(string: "event: \(frame.name)\ndata: ")
                buffer.writeBytes(try frame.data.encoded())
                buffer.writeString("\n\n")
                try await writer.write(buffer)
                sent += 1
                if pace > .zero, frame.name == "content_block_delta" { try await clock.sleep(for: pace) }
            }
            if sent == frames.answer.cutAfter { throw Cut() }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
            body: body
        )
    }

    private func neutral(_ request: Request, _ value: JSONValue) async throws -> Response {
        let (request, body) = try await self.collected(request)
        await self.record(request, body, .sideCall)
        return try Self.json(value)
    }

    private func refuseUnknown(_ request: Request) async throws -> Response {
        let (request, body) = try await self.collected(request)
        return await self.refuse(request, body, "The scripted model does not serve this path.")
    }

    private func refuse(_ request: Request, _ body: Data, _ reason: String) async -> Response {
        await self.record(request, body, .refused(reason))
        self.logger.warning("scripted model refused a request", metadata: ["error": "\(reason)"])
        return Self.failed(.init(status: 400, type: "invalid_request_error", message: "Scripted model: \(reason)"))
    }

    private func record(_ request: Request, _ body: Data, _ outcome: RecordedRequest.Outcome) async {
        let headers = request.headers.reduce(into: [String: String]()) { $0[$1.name.canonicalName] = $1.value }
        await self.player.record(
            RecordedRequest(
                method: request.method.rawValue,
                path: request.uri.description,
                headers: headers,
                body: body,
                outcome: outcome
            )
        )
    }

    private func collected(_ request: Request) async throws -> (Request, Data) {
        var request = request
        let buffer = try await request.collectBody(upTo: self.bodyLimit)
        return (request, Data(buffer.readableBytesView))
    }

    private static func failed(_ failure: Script.Answer.Failure) -> Response {
        let value: JSONValue = [
            "type": "error", "error": ["type": .string(failure.type), "message": .string(failure.message)],
        ]
        // Text made of two strings is always JSON.
        let bytes = (try? value.encoded()) ?? Data("{}".utf8)
        return Response(
            status: .init(code: failure.status),
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    private static func json(_ value: JSONValue) throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try value.encoded()))
        )
    }
}

/// Records and refuses what no route serves.
private struct RefuseUnknownPaths: RouterMiddleware {
    let refuse: @Sendable (Request) async throws -> Response

    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return try await self.refuse(request)
        }
    }
}
