import Domain
import Foundation
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// Who gets in, and for how long.
@Suite struct BrokerTests {
    @Test func aSessionListsExactlyItsTools() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(
            await fixture.ask(BrokerFixture.list, session).toolNames == [
                "present_plan", "present_suggestions", "done_building",
            ]
        )
    }

    @Test func endpointsCarryAddressTokenAndToolNames() async throws {
        let fixture = BrokerFixture()
        let base = try #require(URL(string: "http://127.0.0.1:3001"))
        let (id, endpoints) = await fixture.broker.open(
            BrokerFixture.context(),
            allowed: ToolCatalogue.builder,
            base: base
        )
        let endpoint = try #require(endpoints.first)
        #expect(endpoints.count == 1)
        #expect(endpoint.url.absoluteString == "http://127.0.0.1:3001/mcp/\(id)?server=second")
        #expect(endpoint.token.reveal().count == 43)
        #expect("\(endpoint)".contains(endpoint.token.reveal()) == false)
        #expect(endpoint.canonicalName(of: "present_plan") == "mcp__second__present_plan")
    }

    @Test func theTokenOfAnotherTurnOpensNothing() async throws {
        let fixture = BrokerFixture()
        let one = try await fixture.open()
        let other = try await fixture.open()
        #expect(one.token != other.token)
        #expect(
            await fixture.ask(BrokerFixture.list, (one.id, other.token)) == .refused("invalid_tool_broker_token")
        )
        #expect(await fixture.ask(BrokerFixture.list, one).toolNames.count == 3)
    }

    @Test(arguments: ["", "x", " "])
    func aWrongTokenOpensNothing(_ token: String) async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(
            await fixture.ask(BrokerFixture.list, (session.id, token)) == .refused("invalid_tool_broker_token")
        )
        let none = await fixture.broker.answer(
            Data(BrokerFixture.list.utf8),
            brokerID: session.id,
            server: nil,
            token: nil
        )
        #expect(none == .refused("invalid_tool_broker_token"))
    }

    @Test(arguments: ["app_tools", "app_data"])
    func aTokenOpensNoOtherServer(_ server: String) async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(
            await fixture.ask(BrokerFixture.list, session, server: server) == .refused("invalid_tool_broker_token")
        )
    }

    @Test(arguments: [nil, "unheard_of"])
    func anUnknownServerMeansSecond(_ server: String?) async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(await fixture.ask(BrokerFixture.list, session, server: server).toolNames.count == 3)
    }

    @Test func aClosedSessionIsUnknown() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        await fixture.broker.close(session.id)
        #expect(
            await fixture.ask(BrokerFixture.list, session) == .refused("unknown_or_expired_tool_broker_session")
        )
    }

    @Test func aSessionEndsHalfAnHourAfterItsLastSignOfLife() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        fixture.uptime.advance(by: .seconds(1799))
        #expect(await fixture.ask(BrokerFixture.list, session).toolNames.count == 3)
        fixture.uptime.advance(by: .seconds(1799))
        await fixture.broker.touch(session.id)
        fixture.uptime.advance(by: .seconds(1799))
        #expect(await fixture.ask(BrokerFixture.list, session).toolNames.count == 3)
        fixture.uptime.advance(by: .seconds(1800))
        #expect(
            await fixture.ask(BrokerFixture.list, session) == .refused("unknown_or_expired_tool_broker_session")
        )
    }
}
