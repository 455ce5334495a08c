import Domain
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// One connection to Redis that comes back by itself; obeys a `LinkState`.
///
/// Everything happens on one event loop, `watcher` included.
final class RedisLink: Sendable {
    /// Told on the event loop, in the order in which things happen.
    enum Event {
        case opened
        case message(RedisValue)
    }

    struct Settings: Sendable {
        var address: RedisAddress
        var tls: NIOSSLContext?
        var isSubscriber: Bool
        var limits: LinkState.Limits
        /// How long a command may wait for a connection and its answer.
        var patience: TimeAmount
        var chance: @Sendable () -> Double
        var logger: Logger
    }

    let eventLoop: any EventLoop
    private let core: NIOLoopBoundBox<LinkCore?>
    private let settings: Settings

    init(_ settings: Settings, on eventLoop: any EventLoop) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.core = .makeEmptyBox(valueType: LinkCore.self, eventLoop: eventLoop)
    }

    /// Begins to connect; `watcher` is made and called on the event loop.
    func start(_ watcher: @escaping @Sendable () -> (Event) -> Void = { { _ in } }) {
        self.eventLoop.execute {
            let core = LinkCore(self.settings, on: self.eventLoop, watcher: watcher())
            self.core.value = core
            core.start()
        }
    }

    /// Sends a command and waits for its answer, no longer than the link's patience.
    func send(_ command: RedisCommand) async throws(RedisBusError) -> RedisValue {
        let result = await withCheckedContinuation { continuation in
            self.eventLoop.execute { self.submit(command) { continuation.resume(returning: $0) } }
        }
        return try result.get()
    }

    /// On the event loop: sends a command; `done` is called there, once, in order with the link's events.
    func submit(_ command: RedisCommand, _ done: @escaping (Result<RedisValue, RedisBusError>) -> Void) {
        guard let core = self.core.value else { return done(.failure(.shutDown)) }
        core.submit(command, done)
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            self.eventLoop.execute {
                self.core.value?.stop()
                self.core.value = nil
                continuation.resume()
            }
        }
    }
}
