import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// The broker's route.
@Suite struct BrokerRoutesTests {
    // MARK: The broker's route

    @Test func theBrokerTakesItsOwnTokensAndNotOurs() async throws {
        try await ServedWorker.with { client, fixture in
            let base = try #require(URL(string: "http://127.0.0.1:1"))
            let context = ToolContext(appID: .one, runID: .one, workspace: fixture.workspace())
            let (id, endpoints) = await fixture.broker.open(context, allowed: ToolCatalogue.builder, base: base)
            let token = try #require(endpoints.first).token.reveal()
            let list = ByteBuffer(string: #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
            let good: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
            let large = ByteBuffer(string: String(repeating: " ", count: BrokerRoutes.maximumBody + 1))
            let most = ByteBuffer(
                string: #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
                    + String(repeating: " ", count: BrokerRoutes.maximumBody - 40)
            )
            #expect(most.readableBytes == BrokerRoutes.maximumBody)
            let note = ByteBuffer(string: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            let exchanges: [(HTTPRequest.Method, HTTPFields, ByteBuffer, Int)] = [
                (.post, good, list, 200), (.post, ServedWorker.authorized, list, 401),
                (.post, [.contentType: "application/json"], list, 401),
                (.post, good, note, 202), (.post, good, ByteBuffer(string: "{"), 400), (.post, good, large, 413),
                (.post, good, most, 200), (.get, good, ByteBuffer(), 405), (.delete, good, ByteBuffer(), 405),
                (.post, good.adding(.origin, "null"), list, 403),
                (.post, [.authorization: "Bearer \(token)", .contentType: "text/plain"], list, 415),
            ]
            for (method, headers, body, status) in exchanges {
                try await client.execute(
                    uri: "/mcp/\(id)?server=second",
                    method: method,
                    headers: headers,
                    body: body
                ) { #expect($0.status.code == status, "\(method) \(status)") }
            }
        }
    }
}
