import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebGate

/// Whose word about the scheme counts: a trusted proxy's, and nobody else's (spec 01 §3.2, B25).
@Suite
struct ForwardedHeaderTests {
    private static let loopback = "127.0.0.0/8, ::1"

    // MARK: - Cookies

    @Test(
        arguments: [
            // A direct client says what it likes.
            (nil, nil, ["https"], false),
            (nil, "http://localhost:3000", ["https"], false),
            ("10.0.0.0/8", nil, ["https"], false),
            // The proxy is believed, and without its word our own connection counts.
            (Self.loopback, nil, ["https"], true),
            (Self.loopback, nil, ["HTTPS"], true),
            (Self.loopback, nil, ["http"], false),
            (Self.loopback, nil, [], false),
            // A client's own value stands before what the proxy added.
            (Self.loopback, nil, ["https, http"], false),
            (Self.loopback, nil, ["https", "http"], false),
            (Self.loopback, nil, ["http, https"], true),
            // Where browsers find us under https, nobody can talk a cookie out of it.
            (nil, "https://second.test", ["http"], true),
            (nil, "https://second.test", [], true),
            (Self.loopback, "https://second.test", ["http"], true),
        ] as [(String?, String?, [String], Bool)]
    )
    func cookiesAreSecureByWhatIsKnownAndNotByWhatIsSaid(
        proxies: String?,
        publicOrigin: String?,
        said: [String],
        isSecure: Bool
    ) async throws {
        let world = try await World.make(publicOrigin: publicOrigin, trustedProxies: try Self.proxies(proxies))
        try await world.application.test(.live) { server in
            let signedIn = try await server.execute(
                uri: "/api/onboarding/identity",
                method: .post,
                headers: Self.headers(said, [.contentType: "application/json", .accept: "application/json"]),
                body: ByteBuffer(string: #"{"displayName":"Ada","email":"ada@example.test"}"#)
            )
            #expect(signedIn.status == .ok)
            let session = try #require(signedIn.cookie("second_no_auth_session"))
            #expect(session.hasSuffix("; Secure") == isSecure, "\(session)")
            let workspace = try #require(signedIn.cookie("second_workspace_id"))
            #expect(workspace.hasSuffix("; Secure") == isSecure, "\(workspace)")
        }
    }

    // MARK: - Origins

    /// The page of another scheme is another website: saying that we are encrypted must not make it ours.
    @Test(arguments: [(nil, false), ("10.0.0.0/8", false), (Self.loopback, true)] as [(String?, Bool)])
    func aStrangerCannotMakeAnotherOriginOurs(_ list: String?, isBelieved: Bool) async throws {
        let world = try await World.make(trustedProxies: try Self.proxies(list))
        try await world.application.test(.live) { server in
            for (scheme, isOurs) in [("https", isBelieved), ("http", !isBelieved)] {
                let answer = try await server.execute(
                    uri: "/api/auth/logout",
                    method: .post,
                    headers: Self.headers(["https"], [.origin: "\(scheme)://localhost", .accept: "application/json"])
                )
                #expect((answer.code == "cross_origin_blocked") == !isOurs, "\(scheme): \(answer.text)")
            }
        }
    }

    // MARK: - Addresses

    @Test(
        arguments: [
            (nil, nil, "localhost:3000", "http://localhost:3000"),
            (Self.loopback, nil, "localhost:3000", "https://localhost:3000"),
            // The public address is what it was told to be, also when no proxy is believed.
            (nil, "https://second.test", "second.test", "https://second.test"),
            (nil, "https://second.test", "Second.Test", "https://second.test"),
            (nil, "https://second.test", "localhost:3000", "http://localhost:3000"),
            (Self.loopback, "http://second.test", "second.test", "http://second.test"),
        ] as [(String?, String?, String, String)]
    )
    func addressesOfOurOwnAreNotMadeOfClaims(
        proxies: String?,
        publicOrigin: String?,
        host: String,
        expected: String
    ) async throws {
        let world = try await World.make(publicOrigin: publicOrigin)
        var gate = GateConfiguration(
            mode: .local,
            publicOrigin: publicOrigin,
            tokens: world.sessions,
            gatekeeper: world.product.gatekeeper
        )
        let browser = BrowserConnection(
            peer: "127.0.0.1",
            scheme: "http",
            forwardedFor: ["198.51.100.1"],
            forwardedProto: ["https"],
            proxies: try Self.proxies(proxies),
            publicOrigin: publicOrigin
        )
        #expect(gate.origin(host: host, browser: browser) == expected)
        gate.mode = .external
        #expect(gate.origin(host: host, browser: browser) == publicOrigin, "No Host is believed at all.")
    }

    // MARK: - Chains

    @Test(
        arguments: [
            // Two proxies of ours, the outer one with the certificate.
            (["198.51.100.1, 10.0.0.2"], ["https"], true),
            (["198.51.100.1, 10.0.0.2"], ["https, http"], true),
            (["198.51.100.1, 10.0.0.2"], ["http, https, http"], true),
            (["198.51.100.1, 10.0.0.2"], ["https, http, http"], false),
            // One proxy of ours, and a chain that somebody made up.
            (["10.0.0.2, 198.51.100.1"], ["https, http"], false),
            (["10.0.0.2, 10.0.0.3, unknown"], ["https, https, http"], false),
            // Nothing that says anything.
            (["198.51.100.1"], [""], false),
            (["198.51.100.1"], [",,"], false),
            (["198.51.100.1"], ["https:"], false),
            ([], ["https"], true),
        ] as [([String], [String], Bool)]
    )
    func theOutermostProxyOfOursSaysTheScheme(
        _ forwardedFor: [String],
        forwardedProto: [String],
        isEncrypted: Bool
    )
        throws
    {
        let browser = BrowserConnection(
            peer: "10.0.0.1",
            scheme: "http",
            forwardedFor: forwardedFor,
            forwardedProto: forwardedProto,
            proxies: try Self.proxies("10.0.0.0/8"),
            publicOrigin: nil
        )
        #expect(browser.isEncrypted == isEncrypted)
        #expect(browser.keepsCookiesEncrypted == isEncrypted)
    }

    // MARK: - Made for these tests

    private static func proxies(_ list: String?) throws -> TrustedProxies {
        try list.map { try #require(TrustedProxies($0)) } ?? .none
    }

    /// Other forwarded headers ride along; nobody may take a word of them.
    private static func headers(_ said: [String], _ others: HTTPFields) -> HTTPFields {
        var headers = others
        for value in said { headers.append(HTTPField(name: .xForwardedProto, value: value)) }
        for (name, value) in [
            ("x-forwarded-host", "evil.test"), ("forwarded", "for=6.6.6.6;proto=https;host=evil.test"),
            ("x-forwarded-ssl", "on"), ("x-forwarded-scheme", "https"), ("x-url-scheme", "https"),
            ("front-end-https", "on"),
        ] {
            headers[.own(name)] = value
        }
        return headers
    }
}
