import Bus
import Domain
import NIOCore
import RedisBus
import TestServers
import Testing

/// `rediss://` against a real server with a certificate of a test's own authority.
@Suite(.enabled(if: RedisServer.isWanted, "\(RedisServer.absence)"))
struct RedisTLSTests {
    private static func settings(trusting authority: String?) -> RedisBus.Settings {
        var settings = RedisBus.Settings()
        settings.patience = .seconds(3)
        settings.authorityFile = authority
        return settings
    }

    @Test func aKnownAuthorityIsTrustedAndThePasswordUsed() async throws {
        try await TestAuthority.with { house in
            try await RedisServer.with(password: "geheim", tls: house) { redis in
                let port = redis.server.port
                for url in [redis.url, "rediss://:geheim@localhost:\(port)/1"] {
                    try await withRedisBus(at: url, settings: Self.settings(trusting: house.authority)) { bus in
                        try await bus.ping()
                        let heard = try await bus.subscribe(to: "c")
                        // More than one TLS record holds.
                        let text = ByteBuffer(string: String(repeating: "long ", count: 20_000))
                        try await bus.publish(text, to: "c")
                        var iterator = heard.makeAsyncIterator()
                        #expect(await iterator.next() == .message(text))
                    }
                }
                try await withRedisBus(
                    at: "rediss://:wrong@127.0.0.1:\(port)",
                    settings: Self.settings(trusting: house.authority)
                ) { bus in
                    await #expect(throws: RedisBusError.notSignedIn) { try await bus.ping() }
                }
            }
        }
    }

    @Test func strangersAndPlainConnectionsAreRefused() async throws {
        try await TestAuthority.with { house in
            try await TestAuthority.with { stranger in
                try await RedisServer.with(tls: house) { redis in
                    for authority in [stranger.authority, nil] {
                        try await withRedisBus(at: redis.url, settings: Self.settings(trusting: authority)) { bus in
                            await #expect(throws: RedisBusError.self) { try await bus.ping() }
                        }
                    }
                    try await withRedisBus(
                        at: "redis://127.0.0.1:\(redis.server.port)",
                        settings: Self.settings(trusting: nil)
                    ) { bus in
                        await #expect(throws: RedisBusError.self) { try await bus.ping() }
                    }
                }
                try await RedisServer.with { plain in
                    try await withRedisBus(
                        at: "rediss://127.0.0.1:\(plain.server.port)",
                        settings: Self.settings(trusting: house.authority)
                    ) { bus in
                        await #expect(throws: RedisBusError.self) { try await bus.ping() }
                    }
                }
            }
        }
    }

    @Test(arguments: ["DNS:redis.example", "DNS:localhost,IP:10.0.0.7"])
    func aCertificateForAnotherNameIsRefused(_ names: String) async throws {
        try await TestAuthority.with(names: names) { house in
            try await RedisServer.with(tls: house) { redis in
                try await withRedisBus(at: redis.url, settings: Self.settings(trusting: house.authority)) { bus in
                    await #expect(throws: RedisBusError.self) { try await bus.ping() }
                }
            }
        }
    }

    @Test func anAuthorityThatCannotBeReadIsSaidAtOnce() async throws {
        await #expect(throws: (any Error).self) {
            try await withRedisBus(at: "rediss://localhost", settings: Self.settings(trusting: "/nowhere.pem")) { _ in }
        }
    }
}
