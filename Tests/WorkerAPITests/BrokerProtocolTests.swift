import Domain
import Testing

@testable import WorkerAPI

/// The protocol: greeting, what is malformed, batches.
@Suite struct BrokerProtocolTests {
    @Test func aClientIsGreeted() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        let hello = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        let result = await fixture.ask(hello, session).result
        #expect(result?["protocolVersion"] == "2024-11-05")
        #expect(result?["serverInfo"]?["name"] == "second")
        let noted = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        #expect(await fixture.ask(noted, session) == .nothing)
        let probe = #"{"jsonrpc":"2.0","id":"p","method":"server/discover","params":{}}"#
        #expect(await fixture.ask(probe, session).error == "method_not_found")
    }

    @Test(arguments: ["", "{", "nonsense", "\u{0}", String(repeating: "[", count: 100_000)])
    func whatIsNoJSONIsMalformed(_ body: String) async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(await fixture.ask(body, session) == .malformed)
    }

    @Test(arguments: [
        "5", "{}", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","id":1,"method":5}"#, #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}"#, "[]",
    ])
    func whatIsNoRequestIsInvalid(_ body: String) async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        #expect(await fixture.ask(body, session).error == "invalid_request")
    }

    @Test func aBatchIsAnsweredByABatchOfBoundedLength() async throws {
        let fixture = BrokerFixture()
        let session = try await fixture.open()
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        guard case .json(.array(let replies)) = await fixture.ask("[\(ping),\(note),7]", session) else {
            Issue.record("no batch")
            return
        }
        #expect(replies.count == 2)
        #expect(await fixture.ask("[\(note)]", session) == .nothing)
        let most = "[" + Array(repeating: ping, count: 32).joined(separator: ",") + "]"
        guard case .json(.array(let all)) = await fixture.ask(most, session) else {
            Issue.record("no batch")
            return
        }
        #expect(all.count == 32)
        let tooMany = "[" + Array(repeating: ping, count: 33).joined(separator: ",") + "]"
        #expect(await fixture.ask(tooMany, session).error == "invalid_request")
    }
}
