package import Domain
package import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore

/// A small server of tools (MCP over HTTP, plain JSON answers) for tests that need one beside the scripted model.
package final class ScriptedToolServer: Sendable {
    package struct Tool: Sendable {
        package var name: String
        package var result: JSONValue
        package var isError: Bool

        /// A tool whose result is the JSON of `result` as one text.
        package init(_ name: String, result: JSONValue, isError: Bool = false) {
            self.name = name
            self.result = result
            self.isError = isError
        }
    }

    private let tools: [Tool]
    private let token: String
    private let logger: Logger
    private let bound = BoundPort()
    private let calls = Calls()

    package init(tools: [Tool], token: String, logger: Logger) {
        self.tools = tools
        self.token = token
        self.logger = logger
    }

    /// The names of the tools that were called, in order.
    package var calledTools: [String] {
        get async { await self.calls.names }
    }

    /// Serves while the closure runs, and hands it the address of the MCP endpoint.
    package static func with<Result: Sendable>(
        tools: [Tool],
        token: String,
        logger: Logger,
        _ body: @Sendable (ScriptedToolServer, URL) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedToolServer(tools: tools, token: token, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let port = await server.bound.value(), let url = URL(string: "http://127.0.0.1:\(port)/mcp") else {
                try await group.next()
                throw CancellationError()
            }
            let result = try await body(server, url)
            group.cancelAll()
            return result
        }
    }

    private func run() async throws {
        let router = Router()
        router.post("mcp") { request, _ in try await self.handle(request) }
        router.get("mcp") { _, _ in Response(status: .methodNotAllowed) }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await self.bound.set(channel.localAddress?.port) },
            logger: self.logger
        )
        do {
            try await application.run()
        } catch {
            await self.bound.set(nil)
            throw error
        }
    }

    private func handle(_ request: Request) async throws -> Response {
        guard request.headers[.authorization] == "Bearer \(self.token)" else { return Response(status: .unauthorized) }
        var request = request
        let message = try JSONValue(parsing: Data(try await request.collectBody(upTo: 16 << 20).readableBytesView))
        guard let id = message["id"] else { return Response(status: .accepted) }
        var reply: [String: JSONValue] = ["jsonrpc": "2.0", "id": id]
        switch message["method"]?.string {
        case "initialize":
            reply["result"] = [
                "protocolVersion": "2024-11-05", "capabilities": ["tools": [:]],
                "serverInfo": ["name": "scripted", "version": "1.0.0"],
            ]
        case "tools/list":
            let tools = self.tools.map { tool -> JSONValue in
                ["name": .string(tool.name), "description": "A scripted tool.", "inputSchema": ["type": "object"]]
            }
            reply["result"] = ["tools": .array(tools)]
        case "tools/call":
            let name = message["params"]?["name"]?.string ?? ""
            await self.calls.add(name)
            if let tool = self.tools.first(where: { $0.name == name }) {
                let text = String(decoding: try tool.result.encoded(), as: UTF8.self)
                reply["result"] = [
                    "content": [["type": "text", "text": .string(text)]], "isError": .bool(tool.isError),
                ]
            } else {
                reply["error"] = ["code": -32000, "message": "unknown_tool"]
            }
        default: reply["error"] = ["code": -32601, "message": "method_not_found"]
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONValue.object(reply).encoded()))
        )
    }

    private actor Calls {
        private(set) var names: [String] = []

        func add(_ name: String) { self.names.append(name) }
    }
}
