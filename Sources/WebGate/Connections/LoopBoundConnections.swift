package import HummingbirdCore
package import Logging
package import NIOCore

/// HTTP/1 connections whose tasks run where their bytes arrive: on the connection's event loop.
///
/// On the shared pool every request would go from the loop's thread to the pool's and back at least twice, and so would
/// every chunk for every viewer; waking threads costs more than most answers do. Work that takes long has threads of its
/// own anyway (architecture §11), so that a loop waits for nobody.
package struct LoopBoundConnections: ServerChildChannel {
    private let base: HTTP1Channel

    init(responder: @escaping HTTPChannelHandler.Responder) {
        self.base = HTTP1Channel(responder: responder)
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        self.base.setup(channel: channel, logger: logger)
    }

    package func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor.of(value.channel.eventLoop)) {
            await self.base.handle(value: value, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// See `LoopBoundConnections`.
    package static func loopBound() -> Self {
        Self { LoopBoundConnections(responder: $0) }
    }
}
