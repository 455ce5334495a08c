package import Domain
package import Foundation
package import Logging
package import RuntimeProtocols

/// Lets an agent call our tools: those of its turn, with its turn's tokens, while its turn lives (spec 03 §7).
///
/// A tool that is not allowed is neither listed nor callable. Input is checked against the tool's schema before the
/// tool sees it. Who calls in which app is known from the session and never taken from the caller.
package actor MCPBroker {
    /// A request with more messages than this is refused.
    static let maximumBatch = 32

    private var sessions: [String: BrokerSession] = [:]
    private var lastCall = 0
    private let catalogue: ToolCatalogue
    private let random: RandomBytes
    private let uptime: Uptime
    private let logger: Logger

    package init(catalogue: ToolCatalogue, random: RandomBytes, uptime: Uptime, logger: Logger) {
        self.catalogue = catalogue
        self.random = random
        self.uptime = uptime
        self.logger = logger
    }

    /// Opens the tools of a turn.
    ///
    /// `base` is where this worker's routes answer, as children reach them.
    package func open(
        _ context: ToolContext,
        allowed: [ToolCatalogue.Server: [String]],
        base: URL
    ) -> (id: String, endpoints: [ToolServerEndpoint]) {
        self.prune()
        let id = self.random.take(16).hexadecimal
        let servers = ToolCatalogue.Server.allCases.filter { allowed[$0]?.isEmpty == false }
        let tokens = servers.map { ($0, Secret(Self.base64URL(self.random.take(32)))) }
        self.sessions[id] = BrokerSession(
            context: context,
            allowed: allowed,
            tokens: Dictionary(tokens) { first, _ in first },
            expiresAt: self.uptime.now + BrokerSession.timeToLive
        )
        let endpoints = tokens.map { server, token in
            ToolServerEndpoint(
                name: server.rawValue,
                url: base.appending(path: "mcp").appending(path: id)
                    .appending(queryItems: [URLQueryItem(name: "server", value: server.rawValue)]),
                token: token,
                tools: self.catalogue.tools(of: server, allowed: allowed[server] ?? []).map(\.name)
            )
        }
        return (id, endpoints)
    }

    /// The turn lives: its session does too.
    package func touch(_ id: String) {
        self.sessions[id]?.expiresAt = self.uptime.now + BrokerSession.timeToLive
    }

    /// Ends a turn's tools: the tokens open nothing any more, and running calls are cancelled and waited for.
    package func close(_ id: String) async {
        guard let session = self.sessions.removeValue(forKey: id) else { return }
        for (_, call) in session.calls.values { call.cancel() }
        for (_, call) in session.calls.values { await call.ended.wait() }
    }

    /// Answers the body of a request.
    ///
    /// A batch is answered by a batch; only notifications are answered by nothing. `server` is that of the query;
    /// missing or unknown means `second`.
    package func answer(_ body: Data, brokerID: String, server name: String?, token: String?) async -> BrokerAnswer {
        self.prune()
        let server = name.flatMap(ToolCatalogue.Server.init(rawValue:)) ?? .second
        guard let session = self.sessions[brokerID] else { return self.refuse(.unknownSession, server: server) }
        guard let token, session.admits(token, to: server) else { return self.refuse(.invalidToken, server: server) }
        self.touch(brokerID)

        // Not JSON, or nested too deeply to be read.
        guard let value = try? JSONValue(parsing: body) else { return .malformed }
        guard case .array(let values) = value else {
            guard let reply = await self.reply(to: BrokerMessage(value), of: brokerID, server: server) else {
                return .nothing
            }
            return .json(reply)
        }
        guard (1...Self.maximumBatch).contains(values.count) else {
            return .json(BrokerMessage.error(.invalidRequest, id: .null))
        }
        var replies: [JSONValue] = []
        for value in values {
            if let reply = await self.reply(to: BrokerMessage(value), of: brokerID, server: server) {
                replies.append(reply)
            }
        }
        return replies.isEmpty ? .nothing : .json(.array(replies))
    }

    private func reply(
        to message: BrokerMessage,
        of brokerID: String,
        server: ToolCatalogue.Server
    ) async -> JSONValue? {
        switch message {
        case .response: return nil
        case .invalid(let id): return BrokerMessage.error(.invalidRequest, id: id)
        case .notification("notifications/cancelled", let params):
            if let request = params["requestId"] { self.cancel(request, of: brokerID) }
            return nil
        case .notification: return nil
        case .request(let id, "initialize", _):
            return BrokerMessage.result(
                [
                    "protocolVersion": "2024-11-05", "capabilities": ["tools": [:]],
                    "serverInfo": ["name": .string(server.rawValue), "version": "1.0.0"],
                ],
                id: id
            )
        case .request(let id, "ping", _): return BrokerMessage.result([:], id: id)
        case .request(let id, "tools/list", _):
            return BrokerMessage.result(["tools": .array(self.listing(of: brokerID, server: server))], id: id)
        case .request(let id, "tools/call", let params):
            return await self.call(params, id: id, of: brokerID, server: server)
        case .request(let id, _, _): return BrokerMessage.error(.methodNotFound, id: id)
        }
    }

    private func listing(of brokerID: String, server: ToolCatalogue.Server) -> [JSONValue] {
        let allowed = self.sessions[brokerID]?.allowed[server] ?? []
        return self.catalogue.tools(of: server, allowed: allowed).map { tool in
            ["name": .string(tool.name), "description": .string(tool.description), "inputSchema": tool.input.json]
        }
    }

    private func call(
        _ params: JSONValue,
        id: JSONValue,
        of brokerID: String,
        server: ToolCatalogue.Server
    ) async -> JSONValue {
        guard let session = self.sessions[brokerID] else { return BrokerMessage.error(.unknownSession, id: id) }
        guard let name = params["name"]?.string else { return BrokerMessage.error(.invalidRequest, id: id) }
        guard session.allowed[server]?.contains(name) == true else {
            self.audit(nil, session: session, outcome: BrokerError.toolNotAllowed.rawValue)
            return BrokerMessage.error(.toolNotAllowed, id: id)
        }
        guard let tool = self.catalogue.tool(name, of: server) else { return BrokerMessage.error(.unknownTool, id: id) }
        guard session.calls.count < BrokerSession.maximumCalls else {
            return BrokerMessage.error(.tooManyCalls, id: id)
        }
        let input = params["arguments"] ?? .object([:])
        let problems = tool.input.problems(in: input)
        guard problems.isEmpty else {
            self.audit(tool, session: session, outcome: "invalid_input")
            let text = "The input of \(tool.name) is not valid: " + problems.joined(separator: "; ") + "."
            return BrokerMessage.result(ToolAnswer(text: text, isError: true).result, id: id)
        }
        var context = session.context
        context.toolUseID = params["_meta"]?["claudecode/toolUseId"]?.string
        let started = self.uptime.now
        let outcome = await self.run(tool, input: input, context: context, request: id, of: brokerID)
        let duration = self.uptime.now - started
        switch outcome {
        case .success(let answer):
            self.audit(tool, session: session, outcome: answer.isError ? "failed" : "ok", duration: duration)
            return BrokerMessage.result(answer.result, id: id)
        case .failure(is CancellationError):
            self.audit(tool, session: session, outcome: "cancelled", duration: duration)
            return BrokerMessage.error(.cancelled, id: id)
        case .failure(let error):
            self.audit(tool, session: session, outcome: "error", duration: duration)
            self.logger.error("A tool broke", metadata: ["mcp.tool": "\(tool.name)", "error": "\(error)"])
            return BrokerMessage.error(.failed, id: id)
        }
    }

    /// Runs the tool in a task that the request, a cancellation notice and the end of the turn can stop.
    private func run(
        _ tool: any BrokerTool,
        input: JSONValue,
        context: ToolContext,
        request: JSONValue,
        of brokerID: String
    ) async -> Result<ToolAnswer, any Error> {
        self.lastCall += 1
        let number = self.lastCall
        // Ended by its own work, or cancelled by the request's task, by `cancel`, or by `close`.
        let task = Task { try await tool.call(input, in: context) }
        let ended = Latch()
        self.sessions[brokerID]?.calls[number] = (request, BrokerSession.Call(cancel: { task.cancel() }, ended: ended))
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        self.sessions[brokerID]?.calls[number] = nil
        ended.open()
        return result
    }

    private func cancel(_ request: JSONValue, of brokerID: String) {
        guard let session = self.sessions[brokerID] else { return }
        for (id, call) in session.calls.values where id == request { call.cancel() }
    }

    /// A session without a sign of life ends, and its calls with it.
    private func prune() {
        let now = self.uptime.now
        for (id, session) in self.sessions where session.expiresAt <= now {
            for (_, call) in session.calls.values { call.cancel() }
            self.sessions[id] = nil
        }
    }

    private func refuse(_ error: BrokerError, server: ToolCatalogue.Server) -> BrokerAnswer {
        self.logger.warning(
            "A tool request was refused",
            metadata: ["mcp.server": "\(server.rawValue)", "error": "\(error.rawValue)"]
        )
        return .unauthorized(BrokerMessage.error(error, id: .null))
    }

    /// One line a call: who, what, how it ended; never what was said.
    ///
    /// Names that are not ours are not written.
    private func audit(
        _ tool: (any BrokerTool)?,
        session: BrokerSession,
        outcome: String,
        duration: Duration = .zero
    ) {
        var metadata: Logger.Metadata = [
            "mcp.tool": "\(tool?.name ?? "other")",
            "mcp.outcome": "\(outcome)",
            "app.id": "\(session.context.appID)",
            "duration_ms":
                "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)",
        ]
        metadata["run.id"] = session.context.runID.map { "\($0)" }
        self.logger.info("A tool was called", metadata: metadata)
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// What goes back over HTTP.
package enum BrokerAnswer: Sendable, Equatable {
    /// 200 with this JSON.
    case json(JSONValue)
    /// 202 without a body: there were only notifications.
    case nothing
    /// 400 `invalid_json_rpc_body`.
    case malformed
    /// 401 with a JSON-RPC error.
    case unauthorized(JSONValue)
}
