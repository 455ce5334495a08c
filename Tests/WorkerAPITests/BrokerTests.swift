import Domain
import Foundation
import Logging
import RuntimeProtocols
import Testing

@testable import WorkerAPI

@Suite struct BrokerTests {
    let uptime = TestUptime()

    func broker(building: AppBuildingStandIn = .complete) -> MCPBroker {
        MCPBroker(
            catalogue: ToolCatalogue(building: building),
            random: .live,
            uptime: self.uptime.uptime,
            logger: .quiet
        )
    }

    func context(emit: @escaping @Sendable (RuntimeEvent) -> Void = { _ in }) -> ToolContext {
        ToolContext(appID: .one, runID: .one, workspace: URL(filePath: "/nowhere"), emit: emit)
    }

    func open(
        _ broker: MCPBroker,
        allowed: [ToolCatalogue.Server: [String]] = ToolCatalogue.builder
    ) async throws -> (id: String, token: String) {
        let base = try #require(URL(string: "http://127.0.0.1:3001"))
        let (id, endpoints) = await broker.open(self.context(), allowed: allowed, base: base)
        return (id, try #require(endpoints.first).token.reveal())
    }

    func ask(
        _ broker: MCPBroker,
        _ body: String,
        _ session: (id: String, token: String),
        server: String? = "second"
    ) async -> BrokerAnswer {
        await broker.answer(Data(body.utf8), brokerID: session.id, server: server, token: session.token)
    }

    func call(_ tool: String, _ arguments: String, id: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
    }

    let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#

    // MARK: Who gets in

    @Test func aSessionListsExactlyItsTools() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(
            Self.names(await self.ask(broker, self.list, session)) == [
                "present_plan", "present_suggestions", "done_building",
            ]
        )
    }

    @Test func endpointsCarryAddressTokenAndToolNames() async throws {
        let broker = self.broker()
        let base = try #require(URL(string: "http://127.0.0.1:3001"))
        let (id, endpoints) = await broker.open(self.context(), allowed: ToolCatalogue.builder, base: base)
        let endpoint = try #require(endpoints.first)
        #expect(endpoints.count == 1)
        #expect(endpoint.url.absoluteString == "http://127.0.0.1:3001/mcp/\(id)?server=second")
        #expect(endpoint.token.reveal().count == 43)
        #expect("\(endpoint)".contains(endpoint.token.reveal()) == false)
        #expect(endpoint.canonicalName(of: "present_plan") == "mcp__second__present_plan")
    }

    @Test func theTokenOfAnotherTurnOpensNothing() async throws {
        let broker = self.broker()
        let one = try await self.open(broker)
        let other = try await self.open(broker)
        #expect(one.token != other.token)
        #expect(
            await self.ask(broker, self.list, (one.id, other.token)) == Self.refused("invalid_tool_broker_token")
        )
        #expect(Self.names(await self.ask(broker, self.list, one)).count == 3)
    }

    @Test(arguments: ["", "x", " "])
    func aWrongTokenOpensNothing(_ token: String) async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(
            await self.ask(broker, self.list, (session.id, token)) == Self.refused("invalid_tool_broker_token")
        )
        let none = await broker.answer(Data(self.list.utf8), brokerID: session.id, server: nil, token: nil)
        #expect(none == Self.refused("invalid_tool_broker_token"))
    }

    @Test(arguments: ["app_tools", "app_data"])
    func aTokenOpensNoOtherServer(_ server: String) async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(
            await self.ask(broker, self.list, session, server: server) == Self.refused("invalid_tool_broker_token")
        )
    }

    @Test(arguments: [nil, "unheard_of"])
    func anUnknownServerMeansSecond(_ server: String?) async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(Self.names(await self.ask(broker, self.list, session, server: server)).count == 3)
    }

    @Test func aClosedSessionIsUnknown() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        await broker.close(session.id)
        #expect(
            await self.ask(broker, self.list, session) == Self.refused("unknown_or_expired_tool_broker_session")
        )
    }

    @Test func aSessionEndsHalfAnHourAfterItsLastSignOfLife() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        self.uptime.advance(by: .seconds(1799))
        #expect(Self.names(await self.ask(broker, self.list, session)).count == 3)
        self.uptime.advance(by: .seconds(1799))
        await broker.touch(session.id)
        self.uptime.advance(by: .seconds(1799))
        #expect(Self.names(await self.ask(broker, self.list, session)).count == 3)
        self.uptime.advance(by: .seconds(1800))
        #expect(
            await self.ask(broker, self.list, session) == Self.refused("unknown_or_expired_tool_broker_session")
        )
    }

    // MARK: What may be called

    @Test func aToolThatIsNotAllowedIsNeitherListedNorCallable() async throws {
        let broker = self.broker()
        let session = try await self.open(broker, allowed: [.second: ["present_plan"]])
        #expect(Self.names(await self.ask(broker, self.list, session)) == ["present_plan"])
        let answer = await self.ask(broker, self.call("done_building", #"{"summary":"x"}"#), session)
        #expect(Self.error(answer) == "tool_not_allowed_for_session")
    }

    @Test func aToolThatDoesNotExistIsNotAllowed() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        let answer = await self.ask(broker, self.call("rm_rf", "{}"), session)
        #expect(Self.error(answer) == "tool_not_allowed_for_session")
    }

    @Test func hostileInputNeverReachesATool() async throws {
        let building = AppBuildingStandIn { _ in throw CancellationError() }
        let broker = self.broker(building: building)
        let session = try await self.open(broker)
        let inputs = [
            "{}", "[]", "null", #"{"summary":5}"#, #"{"summary":""}"#, #"{"summary":{"$ne":null}}"#,
            #"{"summary":"x","workspace":"/etc"}"#, #"{"summary":"\#(String(repeating: "a", count: 4001))"}"#,
        ]
        for input in inputs {
            let answer = await self.ask(broker, self.call("done_building", input), session)
            #expect(Self.result(answer)?["isError"]?.bool == true, "\(input.prefix(60))")
        }
        #expect(building.built.isEmpty)
    }

    @Test func whatIsWrongIsSaidWithItsPlaceAndWithoutItsContent() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        let plan = #"""
            {"title":"T","overview":"O","features":[{"name":"A","description":"D"},{"name":7,"secret":"s3cret"}],"dataFlow":"F"}
            """#
        let text = Self.text(await self.ask(broker, self.call("present_plan", plan), session))
        #expect(text?.contains("features[1].name must be a string") == true)
        #expect(text?.contains("features[1].description is missing") == true)
        #expect(text?.contains("s3cret") == false)
    }

    @Test func aGoodPlanIsPresented() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        let plan = #"""
            {"title":"T","overview":"O","features":[{"name":"A","description":"D","emoji":"📈"}],"dataFlow":"F","agents":null}
            """#
        let answer = await self.ask(broker, self.call("present_plan", plan), session)
        #expect(Self.result(answer)?["isError"] == nil)
        let payload = try JSONValue(parsing: Data(#require(Self.text(answer)).utf8))
        #expect(payload["ok"] == true)
        #expect(payload["status"] == "presented")
        #expect(payload["title"] == "T")
        #expect(payload["agents"] == .null)
        #expect(payload["backend"] == .null)
    }

    @Test func aBuildAnswersWithItsOwnTextAndShowsItsProgress() async throws {
        let (events, sink) = AsyncStream<RuntimeEvent>.makeStream()
        let broker = self.broker()
        let base = try #require(URL(string: "http://127.0.0.1:1"))
        let (id, endpoints) = await broker.open(
            self.context { sink.yield($0) },
            allowed: ToolCatalogue.builder,
            base: base
        )
        let body = #"""
            {"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"done_building","arguments":{"summary":"x"},"_meta":{"claudecode/toolUseId":"tool-9"}}}
            """#
        let session = (id, try #require(endpoints.first).token.reveal())
        let answer = await self.ask(broker, body, session)
        #expect(Self.text(answer)?.contains(#""status":"complete""#) == true)
        sink.finish()
        var seen: [RuntimeEvent] = []
        for await event in events { seen.append(event) }
        #expect(seen == [.toolOutput(toolUseID: "tool-9", delta: "Bundling\n", output: nil)])
    }

    @Test func theEndOfATurnStopsItsCallsAndWaitsForThem() async throws {
        let building = AppBuildingStandIn { _ in
            try await Task.sleep(for: .seconds(600))
            throw CancellationError()
        }
        let broker = self.broker(building: building)
        let session = try await self.open(broker)
        async let answer = self.ask(broker, self.call("done_building", #"{"summary":"x"}"#), session)
        try await eventually { !building.built.isEmpty }
        await broker.close(session.id)
        #expect(Self.error(await answer) == "tool_call_cancelled")
    }

    @Test func aCancellationNoticeStopsTheCallItNames() async throws {
        let building = AppBuildingStandIn { _ in
            try await Task.sleep(for: .seconds(600))
            throw CancellationError()
        }
        let broker = self.broker(building: building)
        let session = try await self.open(broker)
        async let answer = self.ask(broker, self.call("done_building", #"{"summary":"x"}"#, id: 77), session)
        try await eventually { !building.built.isEmpty }
        let notice = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#
        #expect(await self.ask(broker, notice, session) == .nothing)
        #expect(Self.error(await answer) == "tool_call_cancelled")
    }

    @Test func aFaultIsToldToNobody() async throws {
        let building = AppBuildingStandIn { _ in throw CocoaError(.fileReadCorruptFile) }
        let broker = self.broker(building: building)
        let session = try await self.open(broker)
        let answer = await self.ask(broker, self.call("done_building", #"{"summary":"x"}"#), session)
        #expect(Self.error(answer) == "tool_call_failed")
    }

    // MARK: The protocol

    @Test func aClientIsGreeted() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        let hello = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        let result = Self.result(await self.ask(broker, hello, session))
        #expect(result?["protocolVersion"] == "2024-11-05")
        #expect(result?["serverInfo"]?["name"] == "second")
        let noted = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        #expect(await self.ask(broker, noted, session) == .nothing)
        let probe = #"{"jsonrpc":"2.0","id":"p","method":"server/discover","params":{}}"#
        #expect(Self.error(await self.ask(broker, probe, session)) == "method_not_found")
    }

    @Test(arguments: ["", "{", "nonsense", "\u{0}", String(repeating: "[", count: 100_000)])
    func whatIsNoJSONIsMalformed(_ body: String) async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(await self.ask(broker, body, session) == .malformed)
    }

    @Test(arguments: [
        "5", "{}", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","id":1,"method":5}"#, #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}"#, "[]",
    ])
    func whatIsNoRequestIsInvalid(_ body: String) async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        #expect(Self.error(await self.ask(broker, body, session)) == "invalid_request")
    }

    @Test func aBatchIsAnsweredByABatchOfBoundedLength() async throws {
        let broker = self.broker()
        let session = try await self.open(broker)
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        guard case .json(.array(let replies)) = await self.ask(broker, "[\(ping),\(note),7]", session) else {
            Issue.record("no batch")
            return
        }
        #expect(replies.count == 2)
        #expect(await self.ask(broker, "[\(note)]", session) == .nothing)
        let most = "[" + Array(repeating: ping, count: 32).joined(separator: ",") + "]"
        guard case .json(.array(let all)) = await self.ask(broker, most, session) else {
            Issue.record("no batch")
            return
        }
        #expect(all.count == 32)
        let tooMany = "[" + Array(repeating: ping, count: 33).joined(separator: ",") + "]"
        #expect(Self.error(await self.ask(broker, tooMany, session)) == "invalid_request")
    }

    // MARK: Reading answers

    static func refused(_ message: String) -> BrokerAnswer {
        .unauthorized(["jsonrpc": "2.0", "id": nil, "error": ["code": -32000, "message": .string(message)]])
    }

    static func result(_ answer: BrokerAnswer) -> JSONValue? {
        guard case .json(let json) = answer else { return nil }
        return json["result"]
    }

    static func error(_ answer: BrokerAnswer) -> String? {
        guard case .json(let json) = answer else { return nil }
        return json["error"]?["message"]?.string
    }

    static func text(_ answer: BrokerAnswer) -> String? {
        self.result(answer)?["content"]?.array?.first?["text"]?.string
    }

    static func names(_ answer: BrokerAnswer) -> [String] {
        (self.result(answer)?["tools"]?.array ?? []).compactMap { $0["name"]?.string }
    }
}
