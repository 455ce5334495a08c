import Domain
import Foundation
import RuntimeProtocols
import TestSupport
import Testing

@testable import WorkerAPI

/// What may be called, with what, and how a call ends.
@Suite struct BrokerCallTests {
    @Test func aToolThatIsNotAllowedIsNeitherListedNorCallable() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open(allowed: [.second: ["present_plan"]])
        #expect(await fixture.ask(BrokerFixture.list, session).toolNames == ["present_plan"])
        let answer = await fixture.ask(BrokerFixture.call("done_building", #"{"summary":"x"}"#), session)
        #expect(answer.error == "tool_not_allowed_for_session")
    }

    @Test func aToolThatDoesNotExistIsNotAllowed() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        let answer = await fixture.ask(BrokerFixture.call("rm_rf", "{}"), session)
        #expect(answer.error == "tool_not_allowed_for_session")
    }

    @Test func hostileInputNeverReachesATool() async throws {
        let building = AppBuildingStandIn { _ in throw CancellationError() }
        let fixture = BrokerFixture(building: building)
        let session = try await fixture.open()
        let inputs = [
            "{}", "[]", "null", #"{"summary":5}"#, #"{"summary":""}"#, #"{"summary":{"$ne":null}}"#,
            #"{"summary":"x","workspace":"/etc"}"#, #"{"summary":"\#(String(repeating: "a", count: 4001))"}"#,
        ]
        for input in inputs {
            let answer = await fixture.ask(BrokerFixture.call("done_building", input), session)
            #expect(answer.result?["isError"]?.bool == true, "\(input.prefix(60))")
        }
        #expect(building.built.isEmpty)
    }

    @Test func whatIsWrongIsSaidWithItsPlaceAndWithoutItsContent() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        let plan = #"""
            {"title":"T","overview":"O","features":[{"name":"A","description":"D"},{"name":7,"secret":"s3cret"}],"dataFlow":"F"}
            """#
        let text = await fixture.ask(BrokerFixture.call("present_plan", plan), session).text
        #expect(text?.contains("features[1].name must be a string") == true)
        #expect(text?.contains("features[1].description is missing") == true)
        #expect(text?.contains("s3cret") == false)
    }

    @Test func aGoodPlanIsPresented() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        let plan = #"""
            {"title":"T","overview":"O","features":[{"name":"A","description":"D","emoji":"📈"}],"dataFlow":"F","agents":null}
            """#
        let answer = await fixture.ask(BrokerFixture.call("present_plan", plan), session)
        #expect(answer.result?["isError"] == nil)
        let payload = try JSONValue(parsing: Data(#require(answer.text).utf8))
        #expect(payload["ok"] == true)
        #expect(payload["status"] == "presented")
        #expect(payload["title"] == "T")
        #expect(payload["agents"] == .null)
        #expect(payload["backend"] == .null)
    }

    @Test func aBuildAnswersWithItsOwnTextAndShowsItsProgress() async throws {
        let (events, sink) = AsyncStream<RuntimeEvent>.makeStream()
        let fixture = BrokerFixture()
        let base = try #require(URL(string: "http://127.0.0.1:1"))
        let (id, endpoints) = await fixture.broker.open(
            BrokerFixture.context { sink.yield($0) },
            allowed: ToolCatalogue.builder,
            base: base
        )
        let body = #"""
            {"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"done_building","arguments":{"summary":"x"},"_meta":{"claudecode/toolUseId":"tool-9"}}}
            """#
        let session = (id, try #require(endpoints.first).token.reveal())
        let answer = await fixture.ask(body, session)
        #expect(answer.text?.contains(#""status":"complete""#) == true)
        sink.finish()
        var seen: [RuntimeEvent] = []
        for await event in events { seen.append(event) }
        #expect(seen == [.toolOutput(toolUseID: "tool-9", delta: "Bundling\n", output: nil)])
    }

    @Test func theEndOfATurnStopsItsCallsAndWaitsForThem() async throws {
        let building = AppBuildingStandIn.endless
        let fixture = BrokerFixture(building: building)
        let session = try await fixture.open()
        async let answer = fixture.ask(BrokerFixture.call("done_building", #"{"summary":"x"}"#), session)
        try await eventually { !building.built.isEmpty }
        await fixture.broker.close(session.id)
        #expect(await answer.error == "tool_call_cancelled")
    }

    @Test func aCancellationNoticeStopsTheCallItNames() async throws {
        let building = AppBuildingStandIn.endless
        let fixture = BrokerFixture(building: building)
        let session = try await fixture.open()
        async let answer = fixture.ask(BrokerFixture.call("done_building", #"{"summary":"x"}"#, id: 77), session)
        try await eventually { !building.built.isEmpty }
        let notice = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#
        #expect(await fixture.ask(notice, session) == .nothing)
        #expect(await answer.error == "tool_call_cancelled")
    }

    @Test func aFaultIsToldToNobody() async throws {
        let building = AppBuildingStandIn { _ in throw CocoaError(.fileReadCorruptFile) }
        let fixture = BrokerFixture(building: building)
        let session = try await fixture.open()
        let answer = await fixture.ask(BrokerFixture.call("done_building", #"{"summary":"x"}"#), session)
        #expect(answer.error == "tool_call_failed")
    }
}
