import NIOCore
import NIOPosix
import Synchronization

/// Loopback ports that nobody listens on at the moment of asking.
///
/// They lie below the range from which systems take ports for outgoing connections, so that a server that is killed
/// finds its port free when it comes back. A process is never given the same port twice.
package enum FreePort {
    package struct Unavailable: Error {}

    private static let given = Mutex<Set<Int>>([])

    package static func find() async throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 18_000..<32_000)
            guard self.given.withLock({ $0.insert(port).inserted }) else { continue }
            // In use by somebody else: the next one.
            guard
                let channel = try? await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .bind(host: "127.0.0.1", port: port).get()
            else { continue }
            try await channel.close()
            return port
        }
        throw Unavailable()
    }

    /// Whether somebody accepts connections there.
    static func answers(_ port: Int) async -> Bool {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(.seconds(2))
        // Nobody there is an answer, not a fault.
        guard let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() else { return false }
        // The other side may have closed it first.
        try? await channel.close()
        return true
    }
}
