import Domain
import RedisBus
import Testing

@Suite struct RedisAddressTests {
    @Test(arguments: [
        ("redis://localhost", "redis://localhost:6379"),
        ("redis://127.0.0.1:7000/", "redis://127.0.0.1:7000"),
        ("rediss://:geheim@cache.example:6380/3", "rediss://cache.example:6380/3"),
        ("redis://ann:geheim@cache.example", "redis://cache.example:6379"),
        ("redis://ann:ge%40h%3Aeim@[::1]:7000", "redis://[::1]:7000"),
    ])
    func isShownWithoutCredentials(_ url: String, _ shown: String) throws {
        let address = try RedisAddress(Secret(url))
        #expect("\(address)" == shown)
        #expect(!String(reflecting: address).contains("geheim"))
    }

    @Test func credentialsAreDecoded() throws {
        let address = try RedisAddress(Secret("redis://ann:p%40ss%2F1@h:1/2"))
        #expect(address.user == "ann")
        #expect(address.password?.reveal() == "p@ss/1")
        #expect(address.database == 2)
        #expect(address.port == 1)
        #expect(!address.isEncrypted)
        let plain = try RedisAddress(Secret("rediss://h"))
        #expect(plain.user == nil && plain.password == nil && plain.isEncrypted)
        #expect(try RedisAddress(Secret("redis://:x@h")).user == nil)
    }

    @Test(arguments: [
        ("", RedisAddress.Malformed.notRedis),
        ("http://h", .notRedis),
        ("localhost:6379", .notRedis),
        ("redis://", .noHost),
        ("redis://h:0", .noHost),
        ("redis://h:70000", .noHost),
        ("redis://h/one", .notADatabase),
        ("redis://h/-1", .notADatabase),
        ("redis://h/99999999999999999999", .notADatabase),
        ("redis://h/0?db=1", .hasOptions),
        ("redis://h#x", .hasOptions),
    ])
    func whatCannotBeUsedIsRefused(_ url: String, _ reason: RedisAddress.Malformed) {
        #expect(throws: reason) { try RedisAddress(Secret(url)) }
    }
}
