import Domain
import Foundation
import Logging
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// A broker, and what a runtime asks of it.
struct BrokerFixture {
    typealias Session = (id: String, token: String)

    let uptime = TestUptime()
    let broker: MCPBroker

    init(building: AppBuildingStandIn = .complete) {
        self.broker = MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: self.uptime.uptime,
            logger: .quiet
        )
    }

    static let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#

    static func call(_ tool: String, _ arguments: String, id: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
    }

    static func context(emit: @escaping @Sendable (RuntimeEvent) -> Void = { _ in }) -> ToolContext {
        ToolContext(appID: .one, runID: .one, workspace: URL(filePath: "/nowhere"), emit: emit)
    }

    func open(allowed: [ToolCatalogue.Server: [String]] = ToolCatalogue.builder) async throws -> Session {
        let base = try #require(URL(string: "http://127.0.0.1:3001"))
        let (id, endpoints) = await self.broker.open(Self.context(), allowed: allowed, base: base)
        return (id, try #require(endpoints.first).token.reveal())
    }

    func ask(_ body: String, _ session: Session, server: String? = "second") async -> BrokerAnswer {
        await self.broker.answer(Data(body.utf8), brokerID: session.id, server: server, token: session.token)
    }
}

extension BrokerAnswer {
    static func refused(_ message: String) -> Self {
        .unauthorized(["jsonrpc": "2.0", "id": nil, "error": ["code": -32000, "message": .string(message)]])
    }

    var result: JSONValue? { self.json?["result"] }
    var error: String? { self.json?["error"]?["message"]?.string }
    var text: String? { self.result?["content"]?.array?.first?["text"]?.string }
    var toolNames: [String] { (self.result?["tools"]?.array ?? []).compactMap { $0["name"]?.string } }

    private var json: JSONValue? {
        guard case .json(let json) = self else { return nil }
        return json
    }
}
