import NIOCore
import NIOPosix
import Synchronization

/// Listeners on loopback, one for each way out, so that it is known which one let somebody through.
///
/// It counts who connects even when nothing is said, keeps what was said, and gives a short HTTP answer.
final class Canary: Sendable {
    /// What each visitor sent, by the name of the listener; empty for a connection on which nothing was said.
    typealias Visits = [String: [String]]

    struct Page: Sendable {
        let type: String
        let body: String
    }

    private struct State {
        var visits: Visits = [:]
        var pages: [String: Page] = [:]
    }

    private let state = Mutex(State())
    private let ports: Mutex<[String: Int]> = Mutex([:])

    private init() {}

    /// Listens for each name while the closure runs.
    static func with<Result: Sendable>(
        _ names: [String],
        _ body: (Canary) async throws -> Result
    ) async throws -> Result {
        let canary = Canary()
        var listeners: [any Channel] = []
        let result: Swift.Result<Result, any Error>
        do {
            for name in names {
                let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(VisitHandler(canary: canary, name: name))
                        }
                    }
                    .bind(host: "127.0.0.1", port: 0).get()
                listeners.append(listener)
                canary.ports.withLock { $0[name] = listener.localAddress?.port ?? 0 }
            }
            result = .success(try await body(canary))
        } catch {
            result = .failure(error)
        }
        for listener in listeners { try await listener.close() }
        return try result.get()
    }

    var visits: Visits { self.state.withLock { $0.visits } }

    /// Where the listener of a name is, without a slash at the end.
    func address(of name: String) -> String {
        "http://127.0.0.1:\(self.ports.withLock { $0[name] ?? 0 })"
    }

    /// Answers a path with a page, whoever asks; everything else is answered "ok".
    func serve(_ path: String, _ page: Page) {
        self.state.withLock { $0.pages[path] = page }
    }

    fileprivate func arrive(_ name: String) -> Int {
        self.state.withLock { state in
            state.visits[name, default: []].append("")
            return (state.visits[name]?.count ?? 1) - 1
        }
    }

    fileprivate func hear(_ text: String, from name: String, at index: Int) {
        self.state.withLock { $0.visits[name]?[index] = String(text.prefix(400)) }
    }

    fileprivate func answer(to request: String) -> String {
        let path = request.split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? ""
        let page = self.state.withLock { $0.pages[path] } ?? Page(type: "text/html", body: "ok")
        return "HTTP/1.1 200 OK\r\ncontent-type: \(page.type)\r\ncontent-length: \(page.body.utf8.count)\r\n"
            + "access-control-allow-origin: *\r\nconnection: close\r\n\r\n" + page.body
    }
}

/// One visitor: counted when it connects, heard until its request ends, sent away after a while in any case.
private final class VisitHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let canary: Canary
    private let name: String
    private var index = 0
    private var heard = ""
    private var deadline: Scheduled<Void>?

    init(canary: Canary, name: String) {
        self.canary = canary
        self.name = name
    }

    func channelActive(context: ChannelHandlerContext) {
        self.index = self.canary.arrive(self.name)
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.heard += String(buffer: self.unwrapInboundIn(data))
        self.canary.hear(self.heard, from: self.name, at: self.index)
        guard self.heard.contains("\r\n\r\n") || self.heard.utf8.count > 16_384 else { return }
        let channel = context.channel
        let answer = ByteBuffer(string: self.canary.answer(to: self.heard))
        context.writeAndFlush(self.wrapOutboundOut(answer)).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A visitor that hangs up is no fault of the canary.
        context.close(promise: nil)
    }
}
