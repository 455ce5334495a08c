import NIOCore

/// Between a connection's bytes and its owner: reads answers, and says when the connection is gone.
final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let reader: ReplyReader
    private let received: (Result<RedisValue, any Error>) -> Void
    private let failed: (any Error) -> Void
    private var isBroken = false

    init(
        received: @escaping (Result<RedisValue, any Error>) -> Void,
        failed: @escaping (any Error) -> Void
    ) throws {
        self.reader = try ReplyReader()
        self.received = received
        self.failed = failed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isBroken else { return }
        do {
            try self.reader.feed(self.unwrapInboundIn(data))
            while let value = try self.reader.next() { self.received(.success(value)) }
        } catch {
            // The reader has lost its place; nothing after this can be trusted.
            self.isBroken = true
            self.received(.failure(error))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.failed(error)
        context.close(promise: nil)
    }
}
