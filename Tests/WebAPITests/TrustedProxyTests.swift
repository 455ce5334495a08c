import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebGate

/// Whose word about the client's address counts (spec 01 B25, 05 §15.3).
@Suite
struct TrustedProxyTests {
    @Test(
        arguments: [
            // Nobody is trusted: whatever is sent, the other end of the connection is the client.
            (nil, "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            (nil, "203.0.113.9", [], "203.0.113.9"),
            // The proxy is trusted, a stranger that connects itself is not.
            ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.0/8", "10.1.2.3", [], "10.1.2.3"),
            // What the client wrote itself stands before what the proxy added.
            ("10.0.0.0/8", "10.1.2.3", ["127.0.0.1, 10.9.9.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
            // A chain of proxies, and only proxies.
            ("10.0.0.0/8,192.0.2.7", "10.1.2.3", ["6.6.6.6, 198.51.100.1, 192.0.2.7"], "198.51.100.1"),
            ("10.0.0.0/8,192.0.2.7", "10.1.2.3", ["198.51.100.1, 192.0.2.8"], "192.0.2.8"),
            ("10.0.0.0/8", "10.1.2.3", ["10.0.0.5, 10.0.0.6"], "10.0.0.5"),
            // What is no address ends the search.
            ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1, unknown"], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", ["unknown, 10.0.0.5"], "10.0.0.5"),
            ("10.0.0.0/8", "10.1.2.3", [", ,"], "10.1.2.3"),
            // Ports and spellings.
            ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1:5555"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", ["[2001:DB8::1]:5555"], "2001:db8::1"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", ["2001:0db8:0:0:0:0:0:1"], "2001:db8::1"),
            ("fd00::/9", "fd7f::1", ["198.51.100.1"], "198.51.100.1"),
            ("fd00::/9", "fd80::1", ["198.51.100.1"], "fd80::1"),
            ("0.0.0.0/0", "203.0.113.9", ["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1/32", "127.0.0.2", ["198.51.100.1"], "127.0.0.2"),
            // A socket has no address.
            ("10.0.0.0/8", "local", ["198.51.100.1"], "local"),
        ] as [(String?, String, [String], String)]
    )
    func theClientIsTheLastWhomNobodyTrusted(_ list: String?, peer: String, forwarded: [String], client: String) throws
    {
        let proxies = try list.map { try #require(TrustedProxies($0)) } ?? .none
        #expect(proxies.origin(of: peer, forwarded: forwarded).address == client)
    }

    @Test(arguments: [
        "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::/129", "localhost", "10.0.0",
        "10.0.0.1,,",
        "10.0.0.1;10.0.0.2",
    ])
    func whatIsNoNetworkIsRefused(_ list: String) {
        #expect(TrustedProxies(list) == nil)
    }

    /// Thirty a minute and address: the thirty-first of one person is refused, the first of another is not.
    @Test func theFormOfIdentityIsCountedForEachClientBehindTheProxy() async throws {
        for (proxies, isShared) in [
            (TrustedProxies.none, true), (try #require(TrustedProxies("127.0.0.0/8, ::1")), false),
        ] {
            let world = try await World.make(trustedProxies: proxies)
            try await world.application.test(.live) { server in
                for _ in 0..<30 { #expect(try await Self.identify("198.51.100.1", at: server) == .ok) }
                #expect(try await Self.identify("198.51.100.1", at: server) == .tooManyRequests)
                let other = try await Self.identify("198.51.100.2", at: server)
                #expect(other == (isShared ? .tooManyRequests : .ok), "Nobody is believed who is not trusted.")
            }
        }
    }

    private static func identify(
        _ client: String,
        at server: any TestClientProtocol
    ) async throws -> HTTPResponse.Status {
        try await server.execute(
            uri: "/api/onboarding/identity",
            method: .post,
            headers: [.contentType: "application/json", .accept: "application/json", .xForwardedFor: client],
            body: ByteBuffer(string: #"{"displayName":"Ada","email":"ada@example.test"}"#)
        ).status
    }
}
