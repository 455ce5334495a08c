import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import ScriptedModel
import Testing

@testable import Runtimes

/// The relay's token is in the environment of the agent's shell: whatever it lets through, any command may do.
@Suite struct ProviderRelayTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let key = "sk-ant-the-real-key"
    private static let token = "relay-token"

    /// A relay in front of a recording model, below a gateway's path.
    private func with(
        prefix: String = "",
        _ body: @escaping @Sendable (_ relay: String, _ model: ScriptedModelServer) async throws -> Void
    ) async throws {
        let script = Script(turns: [.init("one", answer: .init([.text("ok")]))])
        try await ScriptedModelServer.with(script, logger: Self.logger) { model, url in
            let target = try #require(URL(string: url.absoluteString + prefix))
            try await ProviderRelay.with(
                target: target,
                key: Secret(Self.key),
                token: Self.token,
                logger: Self.logger
            ) { access in
                try await body(access.baseURL.absoluteString, model)
            }
        }
    }

    private func ask(
        _ url: String,
        _ method: NIOHTTP1.HTTPMethod = .GET,
        _ headers: [(String, String)] = [("x-api-key", token)],
        body: String? = nil
    ) async throws -> (status: UInt, body: String, headers: HTTPHeaders) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let content = try await response.body.collect(upTo: 1 << 20)
        return (response.status.code, String(buffer: content), response.headers)
    }

    @Test func whatATurnNeedsPasses() async throws {
        try await self.with { relay, model in
            let count = try await self.ask("\(relay)/v1/messages/count_tokens?beta=true", .POST, body: "{}")
            #expect(count.status == 200 && count.body.contains("input_tokens"))
            let models = try await self.ask("\(relay)/v1/models?limit=10")
            #expect(models.status == 200)
            let requests = await model.requests
            #expect(requests.map(\.path) == ["/v1/messages/count_tokens?beta=true", "/v1/models?limit=10"])
            #expect(requests.allSatisfy { $0.headers["x-api-key"] == Self.key })
        }
    }

    @Test(arguments: [
        ("GET", "/v1/files"), ("POST", "/v1/files"), ("GET", "/v1/files/abc/content"), ("POST", "/v1/messages/batches"),
        ("GET", "/v1/messages/batches"), ("GET", "/v1/organizations/users"), ("GET", "/v1/organizations/api_keys"),
        ("POST", "/v1/complete"), ("GET", "/v1/messages"), ("DELETE", "/v1/messages"), ("PUT", "/v1/messages"),
        ("POST", "/v1/models"), ("HEAD", "/v1/models"), ("POST", "/v1/messages/"), ("POST", "//v1/messages"),
        ("POST", "/v1//messages"), ("POST", "/v1/../v1/messages"), ("POST", "/v1/./messages"), ("POST", "/v1/../x"),
        ("POST", "/../v1/messages"), ("POST", "/v1/%6Dessages"), ("POST", "/v1/messages%2Fbatches"),
        ("POST", "/v1%2Fmessages"), ("GET", "/v1/models/.."), ("GET", "/v1/models/../files"),
        ("GET", "/v1/models/%2e%2e"),
        ("GET", "/v1/models/a/b"), ("GET", "/v1/models/"), ("GET", "/v1/models?x=%2F.."), ("GET", "/v1/models?a?b"),
        ("GET", "/v1/models;x"), ("POST", "/V1/messages"), ("GET", "/"), ("GET", ""), ("GET", "*"),
        ("POST", "http://127.0.0.1/v1/messages"), ("POST", "/v1/messages\\..\\files"), ("POST", "/v1/messages#x"),
    ])
    func nothingElsePasses(_ method: String, _ path: String) throws {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        #expect(RelayedRoute.target(method, path) == nil)
    }

    @Test(arguments: [
        ("POST", "/v1/messages"), ("POST", "/v1/messages?beta=true"), ("POST", "/v1/messages/count_tokens"),
        ("GET", "/v1/models"), ("GET", "/v1/models/claude-opus-4-8"), ("GET", "/v1/models?limit=1000&after_id=a_b-c"),
    ])
    func theseRoutesDo(_ method: String, _ path: String) throws {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        #expect(RelayedRoute.target(method, path) == path)
    }

    @Test func aRefusalHasACodeAndTheProviderHearsNothing() async throws {
        try await self.with(prefix: "/gateway/anthropic") { relay, model in
            for path in ["/v1/files", "/v1/organizations/users", "/v1/../../x", "/v1/models/%2e%2e", "/"] {
                let answer = try await self.ask(relay + path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.body.contains(#""code":"path_not_relayed""#), "\(path)")
            }
            #expect(await model.requests.isEmpty)
            _ = try await self.ask("\(relay)/v1/models")
            #expect(await model.requests.map(\.path) == ["/gateway/anthropic/v1/models"])
        }
    }

    @Test func withoutItsTokenItOpensNothing() async throws {
        try await self.with { relay, model in
            let wrong: [[(String, String)]] = [
                [], [("x-api-key", "")], [("x-api-key", "relay-tokeN")], [("x-api-key", "relay-token2")],
                [("x-api-key", Self.key)], [("authorization", "Bearer relay-token")],
                [("cookie", "x-api-key=relay-token")],
            ]
            for headers in wrong {
                for path in ["/v1/models", "/v1/files"] {
                    let answer = try await self.ask(relay + path, .GET, headers)
                    #expect(answer.status == 401)
                    #expect(answer.body.contains(#""code":"invalid_token""#))
                }
            }
            #expect(await model.requests.isEmpty)
        }
    }

    @Test func headersOfTheConnectionAndOfTheChildsAccessStop() async throws {
        try await self.with { relay, model in
            _ = try await self.ask(
                "\(relay)/v1/models",
                .GET,
                [
                    ("x-api-key", Self.token), ("authorization", "Bearer child"), ("cookie", "a=b"), ("te", "trailers"),
                    ("proxy-authorization", "Basic child"), ("connection", "keep-alive, X-Hop"), ("x-hop", "one"),
                    ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a-beta"), ("x-stainless-lang", "js"),
                ]
            )
            let headers = try #require(await model.requests.first).headers
            #expect(headers["x-api-key"] == Self.key)
            #expect(headers["anthropic-version"] == "2023-06-01")
            #expect(headers["anthropic-beta"] == "a-beta")
            #expect(headers["x-stainless-lang"] == "js")
            for name in ["authorization", "cookie", "te", "proxy-authorization", "x-hop"] {
                #expect(headers[name] == nil, "\(name)")
            }
        }
    }

    @Test func aRedirectTakesTheKeyNowhere() async throws {
        try await self.with { _, model in
            let elsewhere = try #require(await model.endpoint()).absoluteString + "/v1/models"
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton,
                configuration: .init(redirectConfiguration: .disallow)
            )
            let answer = try await CannedServer.with(.temporaryRedirect, [.location: elsewhere, .setCookie: "a=b"]) {
                url in
                let heard = Heard()
                try await ProviderRelay.with(
                    target: url,
                    key: Secret(Self.key),
                    token: Self.token,
                    logger: Self.logger
                ) { access in
                    var request = HTTPClientRequest(url: "\(access.baseURL.absoluteString)/v1/models")
                    request.headers.add(name: "x-api-key", value: Self.token)
                    let response = try await client.execute(request, timeout: .seconds(30))
                    await heard.set(Int(response.status.code), response.headers)
                }
                return heard
            }
            try await client.shutdown()
            #expect(await answer.status == 307)
            #expect(await answer.headers["set-cookie"].isEmpty)
            #expect(await model.requests.isEmpty)
        }
    }

    @Test func aProviderThatIsNotThereIsSaidWithoutItsName() async throws {
        let url = try #require(URL(string: "http://127.0.0.1:9"))
        try await ProviderRelay.with(
            target: url,
            key: Secret(Self.key),
            token: Self.token,
            logger: Self.logger
        ) { access in
            let answer = try await self.ask("\(access.baseURL.absoluteString)/v1/models")
            #expect(answer.status == 502)
            #expect(answer.body.contains("provider_unreachable"))
            #expect(!answer.body.contains(":9"))
        }
    }
}

private actor Heard {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()

    func set(_ status: Int, _ headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }
}
