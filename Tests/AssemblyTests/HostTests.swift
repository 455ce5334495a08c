import Testing

@testable import Assembly

/// Which addresses are this machine's own; the checks of production hang on it.
@Suite
struct HostTests {
    @Test(arguments: [
        "localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "[::1]", "second.localhost",
    ])
    func thisMachineIsKnown(host: String) {
        #expect(ConfigurationReader.isLoopback(host))
        #expect(ConfigurationReader.isLocal(host))
    }

    @Test(arguments: [
        "127.evil.example.com", "127.0.0.1.example.com", "127.0.0", "127.0.0.256", "127..0.1", "128.0.0.1",
        "localhost.example.com",
        "notlocalhost", "0.0.0.0", "", "127.0.0.x", "example.com",
    ])
    func namesThatLookLikeItAreNot(host: String) {
        #expect(!ConfigurationReader.isLoopback(host))
        #expect(!ConfigurationReader.isLocal(host))
    }

    @Test func aNameOfTheOwnNetworkIsLocalAndNotThisMachine() {
        #expect(ConfigurationReader.isLocal("second.local"))
        #expect(!ConfigurationReader.isLoopback("second.local"))
    }
}
