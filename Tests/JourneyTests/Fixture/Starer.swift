import NIOCore
import NIOPosix

/// A viewer who opens a stream, takes the first bytes, and never reads again.
final class Starer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrived: EventLoopPromise<Void>

    private init(arrived: EventLoopPromise<Void>) {
        self.arrived = arrived
    }

    /// Comes back when the server has begun to answer.
    static func stare(at path: String, of port: Int, by person: Visitor) async throws -> any Channel {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let arrived = loop.makePromise(of: Void.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            // The system would take in megabytes for somebody who does not read.
            .channelOption(.socketOption(.so_rcvbuf), value: 4096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Starer(arrived: arrived))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let cookies = person.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        let head = "GET \(path) HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\ncookie: \(cookies)\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: head))
        channel.read()
        try await arrived.futureResult.get()
        return channel
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.arrived.succeed(())
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.arrived.fail(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }
}
