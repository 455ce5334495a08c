import NIOCore

/// Writes what one connection reads to another, later, in order.
final class DelayedRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any NIOCore.Channel
    private let latency: @Sendable () -> Duration
    private let change: @Sendable (inout ByteBuffer) -> Void
    private var waiting = 0
    private var lastDue = NIODeadline.uptimeNanoseconds(0)

    /// Both connections share an event loop.
    init(
        to other: any NIOCore.Channel,
        latency: @escaping @Sendable () -> Duration,
        change: @escaping @Sendable (inout ByteBuffer) -> Void
    ) {
        self.other = other
        self.latency = latency
        self.change = change
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.change(&bytes)
        let other = self.other
        self.later(context) { [bytes] in other.writeAndFlush(bytes, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let other = self.other
        self.later(context) { other.close(promise: nil) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Never before what came earlier, also when the latency has just been lowered.
    private func later(_ context: ChannelHandlerContext, _ work: @escaping @Sendable () -> Void) {
        let latency = self.latency()
        if self.waiting == 0, latency == .zero { return work() }
        self.waiting += 1
        self.lastDue = max(self.lastDue + .nanoseconds(1), .now() + TimeAmount(latency))
        context.eventLoop.assumeIsolated().scheduleTask(deadline: self.lastDue) {
            self.waiting -= 1
            work()
        }
    }
}
