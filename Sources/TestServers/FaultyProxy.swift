import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on loopback that misbehaves when told to: it adds latency, cuts connections, refuses new ones, and puts other
/// words into the server's mouth.
package final class FaultyProxy: Sendable {
    private struct State {
        var target: Int
        var listener: (any NIOCore.Channel)?
        var latency = Duration.zero
        var falsehoods: [Falsehood] = []
        var next = 0
        var connections: [Int: any NIOCore.Channel] = [:]
    }

    /// Bytes that follow `mark` in an answer are overwritten with `word`, so that every length in it stays true.
    package struct Falsehood: Sendable {
        package var mark: String
        package var word: String

        package init(after mark: String, say word: String) {
            self.mark = mark
            self.word = word
        }

        /// In each piece of data for itself: a mark that lies across two pieces is not seen.
        func apply(to bytes: inout ByteBuffer) {
            let mark = Array(self.mark.utf8)
            var start = bytes.readerIndex
            while let found = bytes.getSlice(at: start, length: bytes.writerIndex - start)?.readableBytesView
                .firstRange(of: mark)?.upperBound
            {
                start += found
                guard start + self.word.utf8.count <= bytes.writerIndex else { return }
                bytes.setString(self.word, at: start)
            }
        }
    }

    package let port: Int
    private let state: Mutex<State>

    private init(port: Int, target: Int) {
        self.port = port
        self.state = Mutex(State(target: target))
    }

    /// Listens before `target`, a loopback port, while the closure runs.
    @discardableResult
    package static func with<Result: Sendable>(
        before target: Int,
        _ body: (FaultyProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = FaultyProxy(port: try await FreePort.find(), target: target)
        try await proxy.acceptNew()
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(proxy)) } catch { result = .failure(error) }
        try await proxy.refuseNew()
        proxy.cutAll()
        return try result.get()
    }

    /// From now on new connections lead to another loopback port; open connections stay.
    package func lead(to target: Int) {
        self.state.withLock { $0.target = target }
    }

    /// From now on every piece of data waits this long, in each direction.
    package func delay(by latency: Duration) {
        self.state.withLock { $0.latency = latency }
    }

    /// From now on every answer is falsified in this way, and in no other.
    package func falsifyAnswers(_ falsehoods: [Falsehood]) {
        self.state.withLock { $0.falsehoods = falsehoods }
    }

    /// Closes every connection that is open now.
    package func cutAll() {
        for channel in self.state.withLock({ Array($0.connections.values) }) { channel.close(promise: nil) }
    }

    package var connectionCount: Int { self.state.withLock { $0.connections.count } }

    /// From now on connecting is refused, as if nobody listened; open connections stay.
    package func refuseNew() async throws {
        let listener = self.state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        try await listener?.close()
    }

    /// Listens again.
    package func acceptNew() async throws {
        guard self.state.withLock({ $0.listener == nil }) else { return }
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while true {
            do {
                let listener = try await self.listen()
                return self.state.withLock { $0.listener = listener }
            } catch let error as IOError where error.errnoCode == EADDRINUSE && ContinuousClock.now < deadline {
                // A process that is being started holds what this one had open, for the moment between fork and exec.
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
        }
    }

    private func listen() async throws -> any NIOCore.Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [weak self] channel in
                self?.join(channel) ?? channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
            }
            .bind(host: "127.0.0.1", port: self.port).get()
    }

    /// Connects the other side on the same event loop, then lets both read.
    private func join(_ near: any NIOCore.Channel) -> EventLoopFuture<Void> {
        let latency: @Sendable () -> Duration = { [weak self] in self?.state.withLock { $0.latency } ?? .zero }
        let falsify: @Sendable (inout ByteBuffer) -> Void = { [weak self] bytes in
            for falsehood in self?.state.withLock({ $0.falsehoods }) ?? [] { falsehood.apply(to: &bytes) }
        }
        let target = self.state.withLock { $0.target }
        self.remember(near)
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { far in
                near.eventLoop.makeCompletedFuture {
                    try near.pipeline.syncOperations.addHandler(DelayedRelay(to: far, latency: latency) { _ in })
                    try far.pipeline.syncOperations.addHandler(
                        DelayedRelay(to: near, latency: latency, change: falsify)
                    )
                }
                .flatMap { near.setOption(.autoRead, value: true).and(far.setOption(.autoRead, value: true)) }
                .map { _ in }
            }
            .flatMapErrorThrowing { error in
                near.close(promise: nil)
                throw error
            }
    }

    private func remember(_ channel: any NIOCore.Channel) {
        let key = self.state.withLock { state in
            state.next += 1
            state.connections[state.next] = channel
            return state.next
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { $0.connections[key] = nil }
        }
    }
}
